"""A real OpenSSH server for tests, started on a free port and gone behind them; skips, with what to install, where none is."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.programs import free_port, require, wait_for

_SETTINGS = """
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM yes
PasswordAuthentication no
KbdInteractiveAuthentication no
ForceCommand internal-sftp
Subsystem sftp internal-sftp
"""


@dataclass(frozen=True)
class SftpServer:
    """A server that serves ``files`` below its address, and how to log in.

    Attributes:
        files: folder that it serves; what tests write there must be readable to everyone.
        url: its address as a source has it.
        host_key: the server's public key.
        client_key: path of the private key that is let in.
    """

    files: Path
    url: str
    host_key: str
    client_key: Path

    def options(self, **others: object) -> dict[str, object]:
        """The options of a source that trusts the server."""
        return {"host_key": self.host_key, "client_keys": [str(self.client_key)], **others}


@contextmanager
def sftp_server() -> Iterator[SftpServer]:
    """A server that runs until the block ends."""
    program = require("OpenSSH's server", shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin"), "openssh-server")
    with tempfile.TemporaryDirectory() as name:
        folder, port = Path(name), free_port()
        folder.chmod(0o755)
        for key in ("host", "client"):
            subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder / key], check=True)
        shutil.copy(folder / "client.pub", folder / "authorized")
        (folder / "settings").write_text(_SETTINGS.format(port=port, folder=folder))
        files = folder / "files"
        files.mkdir()
        for path in (files, folder / "settings", folder / "authorized"):  # another user reads them, whatever the umask here is
            path.chmod(0o755 if path.is_dir() else 0o644)
        if not os.geteuid():
            os.chown(folder / "host", _user().pw_uid, _user().pw_gid)
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [*_demoted(), program, "-D", "-e", "-f", str(folder / "settings")], stdout=log, stderr=log, cwd="/"
            )
        try:
            wait_for("sshd's start", lambda: b"Server listening" in (folder / "log").read_bytes() or server.poll() is not None)
            assert server.poll() is None, (folder / "log").read_text()
            url = f"sftp://{_user().pw_name}@127.0.0.1:{port}{files}"
            yield SftpServer(files, url, (folder / "host.pub").read_text().strip(), folder / "client")
        finally:
            server.terminate()
            server.wait(timeout=60)


def _user() -> pwd.struct_passwd:
    """Whose server it is: one that is not root can let in itself alone, and needs no user of its own."""
    return pwd.getpwuid(os.geteuid()) if os.geteuid() else pwd.getpwnam("nobody")


def _demoted() -> list[str]:
    if os.geteuid():
        return []
    return ["setpriv", "--reuid", str(_user().pw_uid), "--regid", str(_user().pw_gid), "--clear-groups"]
