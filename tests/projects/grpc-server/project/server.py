import signal
from concurrent import futures

import grpc


def echo(request, context):
    return request[::-1]


def serve():
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
    methods = {"Reverse": grpc.unary_unary_rpc_method_handler(echo)}
    server.add_generic_rpc_handlers((grpc.method_handlers_generic_handler("text.Mirror", methods),))
    server.add_insecure_port("[::]:50051")
    server.start()
    signal.signal(signal.SIGTERM, lambda *_: server.stop(grace=1))
    print("serving on 50051", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    serve()
