"""System calls that a process which parses a stranger's bytes has no use for, refused by the kernel (Linux, seccomp-BPF).

The program is a list of what is refused, not of what is allowed: the readers' libraries call what they like, and a new version of
one may call something new; what they never need is known. Refused are the network and every other way to talk to a process, to
look into one or to signal one, to start programs, to change files' names, owners and modes, and the calls whose arguments this
kind of program cannot see (io_uring, openat2). A refused call fails with an error that libraries know how to take.

Belongs here: the program and its installation. Does not belong here: files (`resources.landlock`) and limits
(`resources.confinement`). Reference: ``Documentation/userspace-api/seccomp_filter.rst`` of Linux.
"""

import ctypes
import errno
import os
import platform
import struct
import sys
from dataclasses import dataclass

PR_SET_NO_NEW_PRIVS, PR_GET_SECCOMP, PR_SET_SECCOMP, SECCOMP_MODE_FILTER = 38, 21, 22, 2

# linux/bpf_common.h: load a word, jump if equal, if at least, if a bit is set, return
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000  # linux/seccomp.h
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # where they stand in struct seccomp_data

_X32 = 0x40000000  # x86_64 calls under another numbering
_THREAD = 0x00010000  # CLONE_THREAD
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

# name: number on x86_64, on aarch64; None where the machine has no such call (asm/unistd_64.h, asm-generic/unistd.h)
_TALK = {
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "shmget": (29, 194),
    "shmat": (30, 196),
    "semget": (64, 190),
    "msgget": (68, 186),
    "mq_open": (240, 180),
}
_MEDDLE = {
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "pidfd_send_signal": (424, 424),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "setsid": (112, 157),  # so that killing the process group reaches whatever was started
    "setpgid": (109, 154),
    "mount": (165, 40),
    "umount2": (166, 39),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "unshare": (272, 97),
    "setns": (308, 268),
    "open_tree": (428, 428),
    "move_mount": (429, 429),
    "fsopen": (430, 430),
    "mount_setattr": (442, 442),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "delete_module": (176, 106),
    "kexec_load": (246, 104),
    "kexec_file_load": (320, 294),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "keyctl": (250, 219),
    "open_by_handle_at": (304, 265),
    "personality": (135, 92),
    "syslog": (103, 116),
    "settimeofday": (164, 170),
    "clock_settime": (227, 112),
    "reboot": (169, 142),
}
_MODES = {  # what landlock does not see
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "futimesat": (261, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    "removexattr": (197, 14),
    "lremovexattr": (198, 15),
    "fremovexattr": (199, 16),
    "mknod": (133, None),
    "mknodat": (259, 33),
}
_NAMES = {  # what changes the file system; refused where landlock cannot say where
    "creat": (85, None),
    "truncate": (76, 45),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "unlink": (87, None),
    "unlinkat": (263, 35),
}
_PROGRAMS = {"execve": (59, 221), "execveat": (322, 281), "fork": (57, None), "vfork": (58, None)}
_CLONE, _CLONE3, _OPENAT2 = (56, 220), (435, 435), (437, 437)
_OPEN, _OPENAT = (2, None), (257, 56)
_KILL_CALL, _TGKILL, _PRLIMIT = (62, 129), (234, 131), (302, 261)

_MACHINES = {"x86_64": (0, 0xC000003E), "amd64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "arm64": (1, 0xC00000B7)}
"""Column of the numbers above, and AUDIT_ARCH of linux/audit.h."""

Call = tuple[int | None, int | None]


@dataclass
class _Program:
    """Instructions, each ``(code, jump if true, jump if false, value)``."""

    column: int
    instructions: list[tuple[int, int, int, int]]

    def refuse(self, call: Call, error: int = errno.EPERM) -> None:
        """Fail ``call`` whatever its arguments are."""
        number = call[self.column]
        if number is not None:
            self.instructions += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _ERRNO | error)]

    def refuse_bits(self, call: Call, argument: int, bits: int, *, wanted: bool, error: int = errno.EPERM) -> None:
        """Fail ``call`` if its ``argument`` has one of ``bits``, or, with ``wanted``, if it has none of them."""
        number = call[self.column]
        if number is not None:
            self.instructions += [
                (_EQUAL, 0, 4, number),
                (_LOAD, 0, 0, _ARGUMENTS + 8 * argument),
                (_ANY_BIT, 1 if wanted else 0, 0 if wanted else 1, bits),
                (_RETURN, 0, 0, _ERRNO | error),
                (_RETURN, 0, 0, _ALLOW),
            ]

    def allow_only(self, call: Call, argument: int, values: tuple[int, ...]) -> None:
        """Fail ``call`` unless its ``argument`` is one of ``values``."""
        number = call[self.column]
        if number is not None:
            body = [(_LOAD, 0, 0, _ARGUMENTS + 8 * argument)]
            body += [(_EQUAL, len(values) - place, 0, value) for place, value in enumerate(values)]
            body += [(_RETURN, 0, 0, _ERRNO | errno.EPERM), (_RETURN, 0, 0, _ALLOW)]
            self.instructions += [(_EQUAL, 0, len(body), number), *body]


def machine() -> tuple[int, int] | None:
    """The column of this machine's numbers and its architecture as the kernel calls it; None where this is not known."""
    known = _MACHINES.get(platform.machine().lower()) if sys.platform == "linux" else None
    return known if known and struct.calcsize("P") == 8 else None


def is_there() -> bool:
    """Whether this kernel takes such a program."""
    return machine() is not None and ctypes.CDLL(None).prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0


def program(pid: int, *, programs: bool, files: bool) -> bytes:
    """The program for the process ``pid``, as an array of ``struct sock_filter``.

    ``programs``: it may start others. ``files``: it may write files, since something else says where.
    """
    column, architecture = machine() or (0, 0)
    made = _Program(column, [(_LOAD, 0, 0, _ARCHITECTURE), (_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _KILL)])
    made.instructions.append((_LOAD, 0, 0, _NUMBER))
    made.instructions += [(_AT_LEAST, 0, 1, _X32), (_RETURN, 0, 0, _ERRNO | errno.ENOSYS)] if column == 0 else []
    refused: dict[str, Call] = {**_TALK, **_MEDDLE, **_MODES, **({} if files else _NAMES), **({} if programs else _PROGRAMS)}
    for call in refused.values():
        made.refuse(call)
    made.refuse(_CLONE3, errno.ENOSYS)  # its flags lie in memory: libraries fall back on clone, whose flags are seen
    made.refuse(_OPENAT2, errno.ENOSYS)
    if not programs:
        made.refuse_bits(_CLONE, 0, _THREAD, wanted=True)
        made.allow_only(_KILL_CALL, 0, (pid,))
        made.allow_only(_TGKILL, 0, (pid,))
    if not files:
        made.refuse_bits(_OPEN, 1, _WRITING, wanted=False, error=errno.EACCES)
        made.refuse_bits(_OPENAT, 2, _WRITING, wanted=False, error=errno.EACCES)
    made.allow_only(_PRLIMIT, 0, (0, pid))
    made.instructions.append((_RETURN, 0, 0, _ALLOW))
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in made.instructions)


def install(filters: bytes) -> None:
    """Put this process and what it starts under ``filters``, for good; OSError if the kernel does not take them."""
    library = ctypes.CDLL(None, use_errno=True)
    memory = ctypes.create_string_buffer(filters, len(filters))
    # struct sock_fprog: the number of instructions, and where they lie
    described = ctypes.create_string_buffer(struct.pack("@HP", len(filters) // 8, ctypes.addressof(memory)))
    if library.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) or library.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, described, 0, 0):
        raise OSError(ctypes.get_errno(), "seccomp")
