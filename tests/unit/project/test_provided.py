from bareboat.project.provided import package_of


def test_a_program_is_its_packages() -> None:
    assert package_of("gunicorn", {"gunicorn"}) == "gunicorn"
    assert package_of("waitress-serve", {"waitress"}) == "waitress"
    assert package_of("uwsgi", {"pyuwsgi"}) == "pyuwsgi"
    assert package_of("Some_Tool", {"some-tool"}) == "some-tool"
    assert package_of("nginx", {"gunicorn"}) is None
