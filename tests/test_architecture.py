"""The house holds: who may import whom, where each third-party package lives, and that importing does no work."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import assistant
from tests.libraries import CORPUS, ROOT

OURS = ("ingest", "assistant", "evals", "page", "app")
ALLOWED: dict[str, set[str]] = {
    "ingest": set(),
    "assistant": {"ingest"},
    "evals": {"assistant"},
    "page": {"assistant"},
    "app": {"assistant", "page"},
}
HOMES: dict[str, set[str]] = {
    "chromadb": {"ingest/store.py"},
    "langchain_chroma": {"ingest/store.py"},
    "bm25s": {"ingest/lexical.py"},
    "sentence_transformers": {"ingest/embedding.py"},
    "docx": {"page/word_file.py"},
    "py3langid": {"assistant/language.py"},
    "gradio": {"app.py", "page/"},
    "sqlite3": {"page/conversations.py"},
    "playwright": set(),
}
# Words of the library's documents that no code may know, beside examples in docstrings.
CONTENT = ("Japan", "JETRO", "METI", "MEXT", "RIETI", "Kobe", "Osaka", "Yokosuka", "K-RIP", "ECCP", "factsheet", "Regional Core Business")

CHECK_IMPORT = """
import socket, sys

def refused(*_, **__):
    raise AssertionError("a socket was opened")

socket.socket.connect = refused
socket.socket.bind = refused
import assistant
print(",".join(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def sources(part: str) -> list[Path]:
    return [ROOT / "app.py"] if part == "app" else sorted((ROOT / part).rglob("*.py"))


def is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def imported(path: Path) -> set[tuple[str, str]]:
    """Return (module, name) of everything that a file imports when it runs; name is "" for a plain import."""
    found: set[tuple[str, str]] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {id(inner) for node in ast.walk(tree) if is_for_types(node) for inner in ast.walk(node)}
    for node in (node for node in ast.walk(tree) if id(node) not in for_types):
        if isinstance(node, ast.Import):
            found |= {(alias.name, "") for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            found |= {(node.module or "", alias.name) for alias in node.names}
    return found


def files_that_import(package: str) -> set[str]:
    return {
        path.relative_to(ROOT).as_posix()
        for part in OURS
        for path in sources(part)
        if any(module.partition(".")[0] == package for module, _ in imported(path))
    }


@pytest.mark.parametrize("part", OURS)
def test_a_part_imports_of_ours_only_what_is_below_it(part: str) -> None:
    for path in sources(part):
        used = {module.partition(".")[0] for module, _ in imported(path)} & {*OURS, "tests", "corpus"}
        assert used - {part} <= ALLOWED[part], path


@pytest.mark.parametrize("part", ["evals", "page", "app"])
def test_the_surface_is_used_by_its_public_names_only(part: str) -> None:
    for path in sources(part):
        used = {(module, name) for module, name in imported(path) if module.partition(".")[0] == "assistant"}
        assert all(module == "assistant" and (not name or name in assistant.__all__) for module, name in used), path


@pytest.mark.parametrize(("package", "homes"), HOMES.items())
def test_a_third_party_package_has_one_home(package: str, homes: set[str]) -> None:
    strangers = {path for path in files_that_import(package) if not any(path.startswith(home) for home in homes)}
    assert strangers == set()


def test_each_home_is_lived_in() -> None:
    assert all(files_that_import(package) for package, homes in HOMES.items() if homes)


def docstrings(tree: ast.Module) -> set[int]:
    """Return the ids of the constants that are docstrings."""
    owners = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, owners) and node.body]
    return {id(body[0].value) for body in bodies if isinstance(body[0], ast.Expr)}


@pytest.mark.parametrize("part", ["ingest", "assistant"])
def test_the_code_knows_nothing_of_the_documents(part: str) -> None:
    for path in sources(part):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        examples = docstrings(tree)
        said = [
            node.value if isinstance(node, ast.Constant) else node.id
            for node in ast.walk(tree)
            if (isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in examples) or isinstance(node, ast.Name)
        ]
        assert not [(word, text) for word in CONTENT for text in said if word.casefold() in str(text).casefold()], path


def test_the_public_names_are_sorted_and_complete() -> None:
    assert assistant.__all__ == sorted(assistant.__all__)
    public = {name for _, name in imported(ROOT / "assistant" / "__init__.py")}
    tree = ast.parse((ROOT / "assistant" / "__init__.py").read_text(encoding="utf-8"))
    renamed = {alias.asname for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names if alias.asname}
    given = {name for name in public if hasattr(assistant, name)} | renamed
    assert set(assistant.__all__) == given
    assert all(getattr(assistant, name).__doc__ for name in assistant.__all__)


def test_importing_the_assistant_does_no_work(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", CHECK_IMPORT],
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    loaded = set(done.stdout.strip().split(","))
    assert "assistant" in loaded
    assert not loaded & {"gradio", "torch", "corpus", "sentence_transformers", "page", "evals"}
    assert list(tmp_path.iterdir()) == []


def test_the_corpus_holds_data_only() -> None:
    assert {path.suffix for path in CORPUS.iterdir()} <= {".txt", ".toml", ".md"}


def test_only_command_lines_print() -> None:
    for part in OURS:
        for path in sources(part):
            calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
            prints = [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
            assert path.name == "__main__.py" or not prints, path
