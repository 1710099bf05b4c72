"""Runs a component of the world wasi:cli/command under wasmtime, as `wasmtime run -S http` does: run.py FILE ARGUMENTS….

The component gets this process's environment, standard input and outputs, and may send HTTP to anyone; it gets no file.
"""

import sys

from wasmtime import Config, Engine, ExitTrap, Store, WasiConfig
from wasmtime.component import Component, Linker


def run(file, arguments):
    """The component's exit status."""
    engine = Engine(Config())
    component = Component.from_file(engine, file)
    linker = Linker(engine)
    linker.add_wasip2()
    linker.add_wasi_http()
    wasi = WasiConfig()
    wasi.argv = [file, *arguments]
    wasi.inherit_env()
    wasi.inherit_stdin()
    wasi.inherit_stdout()
    wasi.inherit_stderr()
    store = Store(engine)
    store.set_wasi(wasi)
    store.set_wasi_http()
    instance = linker.instantiate(store, component)
    # The interface's name ends with the version that the component was linked for.
    command = next(
        found
        for version in range(16)
        if (found := instance.get_export_index(store, f"wasi:cli/run@0.2.{version}"))
    )
    main = instance.get_func(store, instance.get_export_index(store, "run", command))
    try:
        # A result without values: nothing, or an error of nothing.
        outcome = main(store)
    except ExitTrap as exit:
        return exit.code
    return 0 if getattr(outcome, "tag", "ok") != "err" else 1


if __name__ == "__main__":
    sys.exit(run(sys.argv[1], sys.argv[2:]))
