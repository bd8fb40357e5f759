"""One HTTP client over its life: shared, cancelled, too slow, closed."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from gts_wizard.api.http import HttpClient
from gts_wizard.errors import (
    AccountRefused,
    RateLimited,
    RequestRejected,
    ServerError,
    Timeout,
    TokenRevoked,
)
from gts_wizard.practice import PracticeServer
from gts_wizard.secret import Secret
from tests.helpers.raw_responses import (
    drip_body,
    http_response,
    never_respond,
    respond,
    respond_by_path,
    respond_raw,
)
from tests.helpers.raw_server import RawServer

if TYPE_CHECKING:
    from tests.helpers.fake_network import FakeNetwork

INSTANCE = "/api/v2/instance"


@pytest.mark.parametrize("script", [never_respond, drip_body])
async def test_cancelled_request_leaves_the_client_usable(http: HttpClient, script: object) -> None:
    pages = {"/slow": script, "/thing": {"fine": 1}}
    async with RawServer(respond_by_path(pages)) as server:
        asking = asyncio.create_task(http.get(f"{server.origin}/slow"))
        await server.asked.wait()
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        assert asking.cancelled()
        assert (await http.get(server.url)).json_object() == {"fine": 1}


async def test_timeout_of_the_caller_is_passed_on(http: HttpClient) -> None:
    async with RawServer(never_respond) as server:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await http.get(server.url)


async def test_response_that_came_while_the_process_slept_counts(
    http: HttpClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, may_answer, answered = (threading.Event() for _ in range(3))

    def answer_one(listening: socket.socket) -> None:
        connection, _ = listening.accept()
        with connection:
            connection.recv(65536)
            asked.set()
            may_answer.wait(30)
            connection.sendall(http_response(200, b'{"fine": 1}'))
            answered.set()

    with socket.create_server(("127.0.0.1", 0)) as listening:
        answering = threading.Thread(target=answer_one, args=(listening,))
        answering.start()
        asking = asyncio.create_task(http.get(f"http://127.0.0.1:{listening.getsockname()[1]}/"))
        await asyncio.to_thread(asked.wait, 30)
        # The loop stands still, like a suspended process, until the answer is there and it is late.
        may_answer.set()
        assert answered.wait(30)
        loop = asyncio.get_running_loop()
        awake = loop.time
        monkeypatch.setattr(loop, "time", lambda: awake() + 3600)
        assert (await asking).json_object() == {"fine": 1}
        answering.join()


@pytest.mark.slow
async def test_slow_response_leaves_the_client_usable(impatient: HttpClient) -> None:
    async with RawServer(respond_by_path({"/slow": drip_body, "/thing": {"fine": 1}})) as server:
        with pytest.raises(Timeout):
            await impatient.get(f"{server.origin}/slow")
        assert (await impatient.get(server.url)).json_object() == {"fine": 1}


async def test_many_requests_share_one_connection(http: HttpClient) -> None:
    with PracticeServer() as practice:
        for _ in range(10):
            (await http.get(practice.origin + INSTANCE)).json_object()
        assert practice.connections == 1
        assert practice.requests == [f"GET {INSTANCE}"] * 10


async def test_restarted_server_is_reached_again(http: HttpClient) -> None:
    practice = PracticeServer()
    with practice:
        (await http.get(practice.origin + INSTANCE)).json_object()
    with practice:
        (await http.get(practice.origin + INSTANCE)).json_object()


async def test_simultaneous_requests_do_not_mix(http: HttpClient) -> None:
    pages = {f"/{number}": {"number": number} for number in range(30)}
    async with RawServer(respond_by_path(pages)) as server:
        answers = await asyncio.gather(
            *(http.get(f"{server.origin}/{number}") for number in range(30))
        )
    assert [answer.json_object()["number"] for answer in answers] == list(range(30))


async def test_closing_during_a_request() -> None:
    http = HttpClient(deadline=60)
    async with RawServer(never_respond) as server:
        asking = asyncio.create_task(http.get(server.url))
        await server.asked.wait()
        await http.aclose()
        with pytest.raises(ServerError) as caught:
            await asking
    assert caught.value.host == server.host


async def test_closed_client_refuses_requests_and_closes_twice() -> None:
    http = HttpClient(deadline=60)
    async with RawServer(respond(200, b"{}")) as server:
        await http.get(server.url)
        await http.aclose()
        await http.aclose()
        with pytest.raises(ServerError):
            await http.get(server.url)
        assert len(server.received_requests) == 1


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
async def test_this_computer_may_be_asked_over_http(http: HttpClient, name: str) -> None:
    async with RawServer(respond(200, b"{}"), name=name) as server:
        assert (await http.get(server.url)).host == f"{name}:{server.port}"


async def test_header_names_in_any_case_are_read(http: HttpClient) -> None:
    response = b"HTTP/1.1 429 Slow down\r\nrEtRy-aFtEr: 9\r\nContent-Length: 0\r\n\r\n"
    async with RawServer(respond_raw(response)) as server:
        error = (await http.get(server.url)).to_error()
    assert isinstance(error, RateLimited)
    assert error.seconds == 9


@pytest.mark.parametrize(("status", "error"), [(401, TokenRevoked), (403, AccountRefused)])
async def test_answer_knows_whether_a_token_was_sent(
    network: FakeNetwork, status: int, error: type[ServerError]
) -> None:
    server = network.serve("example.org", respond(status, b'{"error": "Unauthorized"}'))
    answer = await network.http.get(server.origin, token=Secret("good"))
    assert type(answer.to_error()) is error
    assert type((await network.http.get(server.origin)).to_error()) is RequestRejected
