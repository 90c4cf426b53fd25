from cryptography.fernet import Fernet
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography import x509
key = Fernet.generate_key(); assert Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x"
rsa.generate_private_key(65537, 2048)
print("ok")
