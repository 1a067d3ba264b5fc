"""A task of a cluster: TensorFlow's own server, in a worker of this program."""

from __future__ import annotations

import hashlib
import os
import secrets

import tensorflow as tf
from tensorflow.core.framework import op_def_pb2
from tensorflow.core.protobuf import tensorflow_server_pb2
from tensorflow.python.client import pywrap_tf_session

from app.engine.ipc.handlers import SERVE
from app.engine.ipc.messages import Listening
from app.engine.ipc.requests import ServeReply, ServeRequest
from app.engine.worker.client import Client
from app.engine.worker.main import limit_memory


def serve(body: bytes, client: Client) -> None:
    """Start a server and serve until the process is ended (handler of SERVE); without a cluster reply at once."""
    request = SERVE.read_request(body)
    if request.cluster:
        os.chdir(request.folder)
        limit_memory(request.memory_limit)
        server = tf.distribute.Server(_definition(request))
        client.send(Listening(secrets.token_hex(8)))
        server.join()
    client.reply(ServeReply(tf.__version__, ops_digest()))


def _definition(request: ServeRequest) -> tensorflow_server_pb2.ServerDef:
    definition = tensorflow_server_pb2.ServerDef(
        protocol="grpc", job_name=request.job, task_index=request.index, port=request.port
    )
    definition.cluster.CopyFrom(tf.train.ClusterSpec(request.cluster).as_cluster_def())
    return definition


def ops_digest() -> str:
    """Return the digest of all ops of this TensorFlow, with their inputs, outputs and attrs."""
    ops = op_def_pb2.OpList()
    ops.ParseFromString(pywrap_tf_session.TF_GetBuffer(pywrap_tf_session.TF_GetAllOpList()))
    found = sorted(op.SerializeToString(deterministic=True) for op in ops.op)
    return hashlib.sha256(b"\0".join(found)).hexdigest()
