"""The worker's handler that does many runs of one graph, which differ in the numbers that they are fed."""

from __future__ import annotations

from app.engine.ipc.channel import encode
from app.engine.ipc.handlers import RUN_MANY
from app.engine.ipc.messages import RunOver
from app.engine.ipc.packing import Buffer
from app.engine.ipc.requests import RunManyReply
from app.engine.values.run_fault import RunFault
from app.engine.worker.client import Client
from app.engine.worker.quick_ways import Trials
from app.engine.worker.run_page import OneRun, built, get_ready


def run_many(body: bytes, client: Client) -> None:
    """Build the plan and do the runs (handler of RUN_MANY): a RunOver for each, then one reply.

    What failed may have left anything behind, so no run follows on this session.
    """
    request = RUN_MANY.read_request(body)
    get_ready(request.page, client)
    try:
        session = built(request.page, client)
    except RunFault:
        client.reply(RunManyReply(end="unbuilt"))
        return
    buffers: list[Buffer] = []
    reply, trials = RunManyReply(end="over"), Trials()
    try:
        for index, values in enumerate(request.runs):
            client.progress.restart()
            run = OneRun(request.page, client, trials)
            session.renew(values)
            buffers = []
            done = run.do(session, buffers)
            run.send_what_waits()
            if done.stopped:
                reply = RunManyReply(end="stopped", last=done)
                break
            client.send(RunOver(index, encode(done)), buffers)
            buffers = []
    except RunFault:
        reply = RunManyReply(end="failed")
    client.reply(reply, buffers)
    session.close()
