from package_extract.service.credentials import Credentials, Login


def test_used_and_forgotten():
    credentials = Credentials()
    credentials.put("a", Login("me", "secret"))
    assert credentials.get("a") == ("me", "secret")
    credentials.forget("a")
    credentials.forget("a")
    assert credentials.get("a") == (None, None)


def test_not_shown():
    assert "secret" not in repr(Login("me", "secret"))
    assert "secret" not in f"{Login('me', 'secret')}"
