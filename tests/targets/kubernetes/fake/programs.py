"""Takes the place of `kind` and `docker`: clusters are folders, nodes are files that hold their state.

FAKE_MACHINE is a folder with `clusters/NAME/NODE`; a file `mood` in it says what goes wrong:
`port-taken N` (the next N creations), `fail`, `hang`, `stubborn` (kind cannot delete).
"""

import json
import os
import shutil
import sys
import time
from pathlib import Path

MACHINE = Path(os.environ["FAKE_MACHINE"])
MOOD = MACHINE / "mood"


def option(name: str) -> str:
    return sys.argv[sys.argv.index(name) + 1]


def create(name: str) -> int:
    config = json.loads(Path(option("--config")).read_text())
    folder = MACHINE / "clusters" / name
    folder.mkdir(parents=True)
    for number, node in enumerate(config["nodes"]):
        (folder / f"{name}-{number}").write_text(json.dumps({"state": "running", **node}))
    mood, _, count = MOOD.read_text().strip().partition(" ") if MOOD.exists() else ("", "", "")
    with (MACHINE / "tried").open("a") as tried:
        tried.write(json.dumps(config) + "\n")
    if mood == "hang":
        time.sleep(600)
    if mood == "port-taken" and int(count):
        MOOD.write_text(f"port-taken {int(count) - 1}")
        print("ERROR: docker run error: Bind for 127.0.0.1:50000 failed: port is already allocated")
        return 1
    if mood == "fail":
        print("ERROR: failed to create cluster: could not find a log line\n\tgithub.com/spf13/cobra.go:1")
        return 1
    Path(option("--kubeconfig")).write_text("kind: Config")
    return 0


def kind() -> int:
    folder = MACHINE / "clusters" / option("--name")
    if sys.argv[1] == "create":
        return create(folder.name)
    if sys.argv[1] == "delete":
        if MOOD.exists() and MOOD.read_text() == "stubborn":
            return 1
        shutil.rmtree(folder, ignore_errors=True)
        return 0
    print("kind: Config")  # get kubeconfig
    return 0 if folder.exists() else 1


def docker() -> int:
    nodes = {path.name: path for path in MACHINE.glob("clusters/*/*")}
    if sys.argv[1] == "ps":
        cluster = option("--filter").rpartition("=")[2]
        for name, path in sorted(nodes.items()):
            if path.parent.name == cluster:
                print(f"{name}\t{json.loads(path.read_text())['state']}")
    elif sys.argv[1] == "inspect":
        described = [json.loads(nodes[name].read_text()) for name in sys.argv[2:]]
        ports = [
            {f"{m['containerPort']}/tcp": [{"HostPort": str(m["hostPort"])}] for m in one.get("extraPortMappings", [])}
            for one in described
        ]
        print(json.dumps([{"HostConfig": {"PortBindings": bindings}} for bindings in ports]))
    elif sys.argv[1] == "rm":
        for name in sys.argv[4:]:
            nodes[name].unlink()
    elif sys.argv[1] == "exec":
        print("kubelet: inotify_init: too many open files")
    return 0


if __name__ == "__main__":
    sys.exit(kind() if Path(sys.argv[0]).name == "kind" else docker())
