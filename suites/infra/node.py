"""Acts on a node of the cluster, through the shell that the target gives (`docker exec NODE …` with kind)."""

from __future__ import annotations

import shlex

from harness.model.errors import SuiteError
from harness.ports.suite import Context
from suites.infra.cluster.protocol import Item

_WITHIN = 30.0  # seconds for a command on a node
_CTR = ("ctr", "-n", "k8s.io")


class NodeShell:
    """Runs commands on nodes; each command's output is kept as evidence."""

    def __init__(self, context: Context) -> None:
        words = context.access.get("node_shell", "")
        if not words:
            raise SuiteError("the target gives no shell on its nodes", advice="run it with --target kind")
        self._words, self._context, self._count = shlex.split(words), context, 0

    def run(self, node: str, *argv: str) -> str:
        """The command's output. Raises SuiteError when it fails."""
        self._count += 1
        name = f"node-{self._count}-{argv[0]}"
        result = self._context.run_tool([*self._words, node, *argv], name=name, timeout=_WITHIN)
        if result.returncode != 0:
            raise SuiteError(f"on node {node}, {' '.join(argv)} failed: {result.tail.strip()[-200:]}",
                             where=self._context.relative(result.log))  # fmt: skip
        return result.log.read_text(encoding="utf-8", errors="replace")

    def process_of(self, pod: Item) -> int:
        """The process on the node that is process 1 of the pod's first container. Raises SuiteError."""
        node = pod["spec"]["nodeName"]
        container = pod["status"]["containerStatuses"][0]["containerID"].rpartition("//")[2]
        for line in self.run(node, *_CTR, "tasks", "ls").splitlines():
            words = line.split()
            if len(words) >= 2 and words[0] == container and words[1].isdigit():
                return int(words[1])
        raise SuiteError(f"container {container[:12]} of pod {pod['metadata']['name']} has no process on node {node}")

    def signal(self, node: str, process: int, signal: str) -> None:
        """Sends a signal to a process of the node."""
        self.run(node, "kill", f"-{signal}", str(process))
