"""`tars-server`: many devices at once, each with its own machines, one brain for all."""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import shlex
import socket
import sys
from contextlib import AsyncExitStack, closing
from datetime import date
from functools import partial
from ipaddress import ip_address
from pathlib import Path

from tars.brains import Brain, BrainSettings
from tars.brains.registry import make_brain
from tars.errors import ConfigError
from tars.runtime import clock
from tars.runtime.command import say
from tars.runtime.doctor import KeyMismatchError, checked, probe, report
from tars.runtime.keeping import Kind, growing, keep
from tars.runtime.log import log
from tars.runtime.log import setup as setup_log
from tars.runtime.loop import run_loop
from tars.runtime.notify import Notifier
from tars.runtime.service import install
from tars.runtime.signals import Deadline, signals, unless
from tars.runtime.trace import Trace
from tars.server.addresses import address, in_reach_of_others, own_address, where
from tars.server.announcement import announce, announced_id
from tars.server.ca_command import run_ca_command
from tars.server.certificates import next_authority_pem
from tars.server.checks import describe_clock, describe_room, look_at_console
from tars.server.console.opening import open_console
from tars.server.device_registry import DeviceRegistry
from tars.server.devices import run_devices_command
from tars.server.encryption import Mode, describe, open_encryption
from tars.server.forget import Wanted, forget
from tars.server.forgotten import drop_device
from tars.server.keys import NO_KEYS, run_key_command
from tars.server.last_seen import LastSeen, rename_seen
from tars.server.pair_command import show_pairing
from tars.server.push.command import ask as ask_on
from tars.server.push.command import say as say_on
from tars.server.recordings import RECORDING
from tars.server.service import make_unit
from tars.server.settings import ServerConfig
from tars.server.state_folder import LocalStore, claimed, write_url
from tars.server.store.opening import describe_store, has_servers, open_store_of, seen_in
from tars.server.store.redis_seen import SharedSeen
from tars.server.store.redis_store import RedisStore

BACKLOG = 128
"""Connections that the kernel may hold until they are accepted; an event loop accepts so many in one turn."""
CLOSED_LIMIT = 1.3
"""Seconds from the signal until connections that have not closed by themselves are dropped."""


async def run(config: ServerConfig, brain: Brain, stopped: asyncio.Event | None = None) -> None:
    """Serve until SIGINT or SIGTERM (or `stopped`). Raises ConfigError when it cannot start."""
    stopped = stopped or asyncio.Event()
    deadline = Deadline()
    if config.record:
        make_folder(config.record)
    trace = Trace(config.trace)
    service = Notifier()
    hung_up = asyncio.Event()

    def stop() -> None:
        service.stopping()
        deadline.begin()
        stopped.set()

    def reopen() -> None:
        trace.reopen()
        hung_up.set()

    with claimed(config.state), closing(open_store_of(config)) as store, closing(trace), closing(service), signals(stop, reopen):
        if await unless(stopped, brain.warm()):
            await serve_devices(config, brain, store, trace, stopped, hung_up, service)
        log.info("stopped")
    deadline.cancel()


async def serve_devices(
    config: ServerConfig,
    brain: Brain,
    store: LocalStore | RedisStore,
    trace: Trace,
    stopped: asyncio.Event,
    hung_up: asyncio.Event,
    service: Notifier,
) -> None:
    """Serve until `stopped`, then stop in good order. After `hung_up` the certificate is read again."""
    async with asyncio.TaskGroup() as tasks, AsyncExitStack() as opened:
        registry = DeviceRegistry(config, brain, trace, tasks, store)
        if console := await open_console(config, registry, store, tasks, hung_up):
            opened.push_async_callback(console.close)
        await registry.read_store()
        server = await listen(registry, config, store)
        encrypted, in_reach = registry.admission.identity is not None, in_reach_of_others(server)
        identity, url = announced_id(config, in_reach=in_reach, encrypted=encrypted), url_for_devices(server, encrypted=encrypted)
        write_url(config.state, url, identity)
        registry.restore()  # not earlier: a server that cannot listen leaves the saved sessions to the next one
        if not store.needs_keys and in_reach:
            log.warning(NO_KEYS, state=config.state)
        # What is in memory now stays there: the garbage collector need not look at it again, which would hold up the devices.
        gc.collect()
        gc.freeze()
        if registry.fleet is not None:
            name = registry.fleet.introduce(url, console.url if console else "")
            last_seen: LastSeen | SharedSeen = SharedSeen(registry.fleet.seen, registry, name)
        else:
            last_seen = LastSeen(config.state, registry)
        registry.authenticator.forgotten.append(partial(drop_device, registry))
        endless = (
            announce(identity, server),
            registry.admission.encryption.keep_current(hung_up),
            registry.authenticator.watch(),
            registry.announcements.watch(),
            registry.watch_store(),
            last_seen.keep(),
            keep(kept_files(config), days=config.keep_days, megabytes=config.keep_megabytes),
        )
        in_background = [tasks.create_task(work) for work in endless]
        service.ready()
        await stopped.wait()
        log.info("stopping")
        for task in in_background:
            task.cancel()
        began = clock.now()
        server.close()  # new connections are refused; the open ones are told first
        await opened.aclose()  # the console, whose requests use the store: before the thread of the store ends
        await registry.stop()
        # A connection that has sent no hello does not close by itself: after CLOSED_LIMIT it is dropped.
        await registry.admission.close(max(began + CLOSED_LIMIT, clock.now()))
        await last_seen.save_at_end()
        registry.authenticator.close()
        await brain.close()


async def listen(registry: DeviceRegistry, config: ServerConfig, store: LocalStore | RedisStore) -> asyncio.Server:
    """Accept connections. Raises ConfigError when the port is taken, or there is no certificate."""
    loop = asyncio.get_running_loop()
    admission = registry.admission
    try:
        server = await loop.create_server(admission.new_socket, **where(config.host, config.port), backlog=BACKLOG, start_serving=False)
        try:
            usual: Mode = "optional" if store.is_older_than_encryption else "required"
            registry.encrypt(open_encryption(config, usual, in_reach=in_reach_of_others(server)))
            await server.start_serving()
        except BaseException:
            server.close()
            raise
    except OSError as error:
        at = address(config.host, config.port)
        raise ConfigError(f"cannot listen on {at}: {error.strerror or error}. Stop what runs there, or choose another --port") from None
    encrypted = "no" if admission.identity is None else "required" if admission.encryption.required else "optional"
    log.info("listening", host=config.host, port=server.sockets[0].getsockname()[1], brain=config.brain, encryption=encrypted)
    return server


def raise_descriptor_limit() -> None:
    """Each connection needs a descriptor. The usual limit is 1,024, though a program may raise it itself."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def url_for_devices(server: asyncio.Server, *, encrypted: bool) -> str:
    """Where devices reach the server: its address, or that with which this machine reaches the network."""
    host, port = server.sockets[0].getsockname()[:2]
    if ip_address(host.partition("%")[0]).is_unspecified:
        host = own_address() or socket.gethostname()
    return f"{'wss' if encrypted else 'ws'}://{address(host, port)}"


def kept_files(config: ServerConfig) -> list[Kind]:
    """The files that the server makes one after another, and of which it keeps some."""
    recorded = [Kind("recordings", config.record, RECORDING)] if config.record else []
    return [*recorded, *growing("traces", config.trace), *growing("logs", config.log_file)]


def make_folder(folder: Path) -> None:
    """Make the folder for recordings, if it is missing, for its owner only. Raises ConfigError."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"cannot write recordings to {folder}: {error.strerror}; choose another --record") from None


def brain_of(config: ServerConfig) -> Brain:
    """The configured brain. Its packages are imported here, which takes seconds: call this before the event loop runs."""
    return make_brain(config.brain, settings_of(config))


def settings_of(config: ServerConfig) -> BrainSettings:
    """The settings of a brain in the configuration."""
    return BrainSettings(
        whisper_model=config.recogniser_model,
        voice_model=config.voice_model,
        piper_voice=config.piper_voice,
        llm=config.llm,
        wyoming=config.wyoming,
        elevenlabs=config.elevenlabs,
        home_assistant=config.home_assistant,
        openai_realtime=config.openai_realtime,
        gemini_live=config.gemini_live,
        end_of_speech=config.end_of_speech,
        personas=config.personas,
    )


def doctor(config: ServerConfig) -> int:
    """Check all that the server needs, and print the remedies; the exit status."""
    from tars.brains.doctor import examine

    brain = asyncio.run(examine(config.brain, settings_of(config)))
    return report(
        [
            *brain,
            checked("encryption", lambda: describe(config)),
            checked("store", lambda: describe_store(config)),
            checked("clock", lambda: describe_clock(config)),
            checked("room", lambda: describe_room(config)),
            checked("port", lambda: asyncio.run(_look_at_port(config))),
            checked("console", lambda: asyncio.run(look_at_console(config))),
        ]
    )


async def _look_at_port(config: ServerConfig) -> str:
    """Whether the port is free or a TARS server has it. Raises ConfigError when another program has it."""
    try:
        server = await asyncio.get_running_loop().create_server(asyncio.Protocol, **where(config.host, config.port))
    except OSError:
        url = f"ws://{address(config.host, config.port)}"
        try:
            return f"taken: {await probe(url, 'doctor')}"
        except KeyMismatchError:
            return f"taken: {url} answers and wants a key"
    server.close()
    return f"{address(config.host, config.port)} is free; tars-server does not run there"


def command(words: str, config: ServerConfig) -> int:
    """Carry out one command; the exit status. Raises TarsError."""
    setup_log(config.log, "server", config.log_file)
    match shlex.split(words):
        case ["doctor"]:
            return doctor(config)
        case ["ca", *rest]:
            with closing(open_store_of(config)) as store:
                run_ca_command(rest, config, store, say)
        case ["key", *rest]:
            with closing(open_store_of(config)) as store:
                run_key_command(rest, store, say)
        case ["devices", *rest]:
            with closing(open_store_of(config)) as store:
                run_devices_command(rest, store, say, seen_in(config, store), next_authority_pem(config.state))
            if rest[:1] == ["rename"]:
                rename_seen(config.state, *rest[1:])
        case ["say" | "ask" as verb, device, text]:
            with closing(open_store_of(config)) as store:
                run_loop({"say": say_on, "ask": ask_on}[verb](store, partial(has_servers, config, store), device, text, config.expiry, say))
        case ["install-service", *rest]:
            user = "".join(word for word in rest if word != "--yes")
            install(make_unit(config, user, sys.argv[1:], os.environ), say, yes="--yes" in rest)
        case ["forget", what, which, *rest]:
            wanted = Wanted(device=which) if what == "device" else Wanted(day=date.fromisoformat(which))
            run_loop(forget(wanted, config, say, yes=bool(rest)))
        case ["pair", *rest]:
            with closing(open_store_of(config)) as store:
                run_loop(show_pairing(store, config.state, "".join(rest), say))
        case _:
            raise_descriptor_limit()
            run_loop(run(config, brain_of(config)), uvloop=True)
    return 0
