from wiki import create_app


def test_home():
    assert create_app({"TESTING": True}).test_client().get("/pages/home").status_code == 200
