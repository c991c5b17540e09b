"""Duet's own server as a process, what it counts, and somebody who takes its only place."""

import base64
import json
import os
import re
import socket
import subprocess
import threading
import time
import urllib.request

START_SECONDS_MAX = 60
ENDED_SECONDS_MAX = 3


class Server:
    """One that ends with this, or one that runs elsewhere."""

    def __init__(self, url=None, options=(), log=None):
        self.process, self.url = None, url
        if url is None:
            self.start(options, log)

    def start(self, options, log):
        # Ends the server even if this process dies.
        command = ["timeout", "3600", os.environ["DUET"], "serve", "--port", "0", *options]
        with open(log, "w") as file:
            self.process = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        end = time.monotonic() + START_SECONDS_MAX
        while time.monotonic() < end and self.process.poll() is None:
            with open(log) as file:
                found = re.search(r"listens on ws://(\S+?)/", file.read())
            if found:
                self.url = "http://" + found[1]
                return
            time.sleep(0.1)
        self.stop()
        raise SystemExit(f"interop: the server does not start, see {log}")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()

    def metric(self, name):
        with urllib.request.urlopen(self.url + "/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.split()[-1]) for line in lines if re.split(r"[ {]", line)[0] == name)

    def is_empty(self):
        """Whether no session is left a little later."""
        end = time.monotonic() + ENDED_SECONDS_MAX
        while time.monotonic() < end:
            if self.metric("duet_sessions_active") == 0:
                return True
            time.sleep(0.1)
        return False


class Guest:
    """Has a session for as long as it lives, 20 s at most: it answers no ping. Moshi's protocol starts one by itself."""

    def __init__(self, url):
        host, port = url.removeprefix("http://").split(":")
        self.socket = socket.create_connection((host, int(port)), timeout=5)
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET /api/chat HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n".encode())
        if b" 101 " not in self.socket.recv(64):
            raise SystemExit("interop: the server that is to be full lets nobody in")
        threading.Thread(target=self.drain, daemon=True).start()

    def drain(self):
        try:
            while self.socket.recv(65536):
                pass
        except OSError:
            pass

    def leave(self):
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


def read_notes(text):
    """The JSON lines among what a client printed."""
    notes = []
    for line in text.splitlines():
        try:
            note = json.loads(line)
        except ValueError:
            continue
        if isinstance(note, dict) and "event" in note:
            notes.append(note)
    return notes
