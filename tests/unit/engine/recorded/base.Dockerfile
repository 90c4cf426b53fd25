FROM registry.invalid/none/such:1
RUN true
