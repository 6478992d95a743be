"""Requests and answers are values, and no log that prints one tells a key, a citizen's code or a payment."""

from drivers.http import HttpAnswer, HttpRequest


def test_nothing_secret_is_printed() -> None:
    request = HttpRequest("POST", "/v2/payments", {"Authorization": "hmac OPA-Auth:key"}, b"900081818812345678901234")
    answer = HttpAnswer(200, {"set-cookie": "session"}, b'{"paymentId":"04405530000000001234"}')
    assert repr(request) == "HttpRequest(method='POST', path='/v2/payments')"
    assert repr(answer) == "HttpAnswer(status=200)"
