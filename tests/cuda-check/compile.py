"""CUDA sources to PTX with NVRTC, and PTX to machine code with ptxas: neither a driver nor a graphics processor is needed.

    python compile.py FOLDER [ARCHITECTURE ...]

The folder holds NAME.f64.cu and NAME.f32.cu. For each and each architecture one line is printed: registers, bytes of
spilled registers, and how many instructions of the PTX compute in double precision. It fails if a source does not compile,
if a kernel spills much, or if one of single precision computes in double precision.

Needs the packages nvidia-cuda-nvrtc-cu12, nvidia-cuda-runtime-cu12 (headers) and nvidia-cuda-nvcc-cu12 (ptxas).
"""

import ctypes
import pathlib
import re
import subprocess
import sys
import sysconfig

PACKAGES = pathlib.Path(sysconfig.get_paths()["purelib"]) / "nvidia"
PTXAS = PACKAGES / "cuda_nvcc" / "bin" / "ptxas"
HEADERS = PACKAGES / "cuda_runtime" / "include"
ARCHITECTURES = ["70", "80", "90"]
# The product of the molecular network in double precision, with its floor of T, needs more registers than there are; ptxas also spills a
# few of its own accord, to have more threads at once.
LARGEST_SPILL = 720


class Nvrtc:
    """The compiler of NVIDIA that runs inside a program."""

    def __init__(self):
        (library,) = (PACKAGES / "cuda_nvrtc" / "lib").glob("libnvrtc.so.*")
        self.library = ctypes.CDLL(str(library))

    def call(self, name, *arguments):
        code = getattr(self.library, name)(*arguments)
        if code:
            raise RuntimeError(f"{name} failed with {code}")

    def text(self, program, name):
        size = ctypes.c_size_t()
        self.call(f"nvrtcGet{name}Size", program, ctypes.byref(size))
        buffer = ctypes.create_string_buffer(size.value)
        self.call(f"nvrtcGet{name}", program, buffer)
        return buffer.value.decode()

    def ptx(self, source, architecture):
        program = ctypes.c_void_p()
        self.call("nvrtcCreateProgram", ctypes.byref(program), source.encode(), b"kernel.cu", 0, None, None)
        options = [f"--gpu-architecture=compute_{architecture}".encode(), f"--include-path={HEADERS}".encode()]
        listed = (ctypes.c_char_p * len(options))(*options)
        try:
            self.call("nvrtcCompileProgram", program, len(options), listed)
        except RuntimeError as error:
            raise RuntimeError(f"{error}\n{self.text(program, 'ProgramLog')}") from error
        ptx = self.text(program, "PTX")
        self.call("nvrtcDestroyProgram", ctypes.byref(program))
        return ptx


def assemble(ptx_file, architecture):
    """Registers, and bytes of spills (stores and loads)."""
    command = [PTXAS, "-v", f"-arch=sm_{architecture}", ptx_file, "-o", ptx_file.with_suffix(".cubin")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr)
    registers = int(re.search(r"Used (\d+) registers", done.stderr)[1])
    spills = sum(int(n) for n in re.findall(r"(\d+) bytes spill (?:stores|loads)", done.stderr))
    return registers, spills


def main():
    folder, architectures = pathlib.Path(sys.argv[1]), sys.argv[2:] or ARCHITECTURES
    nvrtc, failures = Nvrtc(), []
    sources = sorted(folder.glob("*.cu"))
    if not sources:
        sys.exit(f"no source in {folder}")
    for source in sources:
        for architecture in architectures:
            name = f"{source.stem} sm_{architecture}"
            try:
                ptx = nvrtc.ptx(source.read_text(), architecture)
                ptx_file = source.with_suffix(f".{architecture}.ptx")
                ptx_file.write_text(ptx)
                registers, spills = assemble(ptx_file, architecture)
            except RuntimeError as error:
                failures.append(f"{name}: {error}")
                continue
            double = len(re.findall(r"^\s*[a-z.0-9]*\.f64\b", ptx, re.MULTILINE))
            print(f"{name:32} {registers:4} registers {spills:5} bytes spilled {double:6} double-precision instructions")
            if spills > LARGEST_SPILL:
                failures.append(f"{name}: {spills} bytes of spilled registers")
            if ".f32" in source.name and double:
                failures.append(f"{name}: {double} double-precision instructions")
    if failures:
        sys.exit("\n".join(failures))


if __name__ == "__main__":
    main()
