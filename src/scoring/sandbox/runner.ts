/**
 * The Python side of the sandbox: what the interpreter runs once before its memory is copied, and `_serve`, which each
 * request enters. A request is JSON on stdin, results are JSON written to descriptor 1; sys.stdout and sys.stderr
 * swallow what programs print; values are written as in wire-value.ts. No expected value ever comes here, so nothing a program does can win it a pass.
 */
export const RUNNER = String.raw`
import sys, os, posix, _signal, gc, io, json, time
import math, collections, itertools, functools, operator, re, string, typing, heapq, bisect, copy, random

class _Nowhere(io.RawIOBase):
    def writable(self):
        return True
    def write(self, data):
        return len(data)

sys.stdout = sys.__stdout__ = io.TextIOWrapper(io.BufferedWriter(_Nowhere()), encoding="utf-8")
sys.stderr = sys.__stderr__ = io.TextIOWrapper(io.BufferedWriter(_Nowhere()), encoding="utf-8")
# Stopping the interpreter on purpose is an exit, not a fault of the interpreter.
os.abort = posix.abort = lambda: posix._exit(134)
_signal.raise_signal = lambda number: posix._exit(128 + number)
sys.modules["faulthandler"] = None

def _make_serve(read, write, exit, loads, dumps, compile):
    ONLY_AST = 0x400
    DEPTH, NODES, TEXT, EXACT = 32, 10000, 100000, 2**53 - 1

    class Unplain(Exception):
        pass

    def plain(value, depth, budget):
        budget[0] -= 1
        if depth > DEPTH or budget[0] < 0:
            raise Unplain("a value too large or too deep")
        if value is None or value is True or value is False:
            return value
        if isinstance(value, int):
            number = int.__add__(value, 0)
            if -EXACT <= number <= EXACT:
                return number
            if int.bit_length(number) > 4 * TEXT:
                raise Unplain("a whole number too long")
            return "i" + int.__format__(number, "x")
        if isinstance(value, float):
            number = float.__add__(value, 0.0)
            if number != number or number in (float("inf"), float("-inf")):
                raise Unplain("a float that is not finite")
            return number
        if isinstance(value, str):
            if str.__len__(value) > TEXT:
                raise Unplain("a text too long")
            return "s" + str.__str__(value)
        if isinstance(value, list):
            return [plain(item, depth + 1, budget) for item in list.__iter__(value)]
        if isinstance(value, tuple):
            return [plain(item, depth + 1, budget) for item in tuple.__iter__(value)]
        if isinstance(value, dict):
            result = {}
            for key, item in dict.items(value):
                if not isinstance(key, str):
                    raise Unplain("a dict with a key of type " + type(key).__name__)
                result[plain(key, depth + 1, budget)] = plain(item, depth + 1, budget)
            return result
        raise Unplain("a value of type " + type(value).__name__)

    def given(value):
        if type(value) is str:
            return int(value[1:], 16) if value[0] == "i" else value[1:]
        if type(value) is list:
            return [given(item) for item in value]
        if type(value) is dict:
            return {given(key): given(item) for key, item in value.items()}
        return value

    def told(error):
        try:
            return (type(error).__name__ + ": " + str(error))[:200]
        except BaseException:
            return "an exception"

    def binds(body, name):
        for node in body:
            kind = type(node).__name__
            if kind in ("FunctionDef", "AsyncFunctionDef", "ClassDef"):
                if node.name == name:
                    return True
                continue
            if kind in ("Import", "ImportFrom"):
                if any((alias.asname or alias.name) in (name, "*") for alias in node.names):
                    return True
            for target in getattr(node, "targets", ()) or (getattr(node, "target", None),):
                if name in names(target):
                    return True
            for field in ("body", "orelse", "finalbody"):
                inner = getattr(node, field, None)
                if type(inner) is list and binds(inner, name):
                    return True
            for branch in (getattr(node, "handlers", None) or ()) , (getattr(node, "cases", None) or ()):
                if any(binds(part.body, name) for part in branch):
                    return True
        return False

    def names(target):
        kind = type(target).__name__
        if kind == "Name":
            return (target.id,)
        if kind in ("Tuple", "List"):
            return tuple(name for item in target.elts for name in names(item))
        return ()

    def parse(source, name):
        try:
            compile(source, "<response>", "exec")
            return "defines" if binds(compile(source, "<response>", "exec", ONLY_AST).body, name) else "lacks"
        except BaseException as error:
            return told(error)

    def run(source, name, calls):
        space = {"__name__": "response", "__builtins__": __builtins__}
        try:
            exec(compile(source, "<response>", "exec"), space)
        except BaseException as error:
            return {"stopped": told(error)}
        if not callable(space.get(name)):
            return {"absent": True}
        results = []
        for args in calls:
            try:
                value = space[name](*args)
            except BaseException as error:
                results.append(["raised", told(error)])
                break
            try:
                results.append(["value", plain(value, 0, [NODES])])
            except BaseException as error:
                results.append(["unplain", told(error)[9:] if type(error) is Unplain else told(error)])
                break
        return {"results": results}

    def serve():
        chunks = []
        while chunk := read(0, 1 << 20):
            chunks.append(chunk)
        request = loads(b"".join(chunks))
        if request["kind"] == "parse":
            for program in request["programs"]:
                write(1, dumps(parse(program["source"], program["function"])).encode())
            return
        try:
            report = dumps(run(request["source"], request["function"], given(request["calls"])), allow_nan=False)
        except BaseException as error:
            report = dumps({"stopped": told(error)})
        # Written and left at once: no hook of the program runs after its results are out.
        write(1, report.encode())
        exit(0)

    return serve

_serve = _make_serve(posix.read, posix.write, posix._exit, json.loads, json.dumps, compile)
_command = b"_serve()\0"
# The first call of compile makes the types of the syntax tree: done here, it costs the programs nothing.
compile("0", "<response>", "exec", 0x400)
# Room on the heap, so that most programs do not have to grow the memory.
_room = bytearray(3 << 20)
_room = None
# A program's own garbage is collected, not searched for among the modules above.
gc.collect()
gc.freeze()
# The characters of a bytes object start 16 bytes after its head on a 32-bit machine.
posix.write(1, json.dumps({"command": id(_command) + 16}).encode())
time.time()
`;
