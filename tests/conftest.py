"""A small good project to break, and the command line to run on it."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import browser
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser

from generator.cli import cli

STARTER = Path(__file__).parent.parent / "generator" / "starter"

# How fast the machine is, and what else it does meanwhile, decides no test.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@dataclass
class Project:
    """A project in a folder of its own."""

    root: Path

    def write(self, path: str, text: str | bytes) -> Path:
        target = self.root / "content" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(text if isinstance(text, bytes) else text.encode())
        return target

    def edit(self, path: str, old: str, new: str) -> None:
        target = self.root / "content" / path
        text = target.read_text(encoding="utf-8")
        assert old in text
        target.write_text(text.replace(old, new, 1), encoding="utf-8")

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(cli, [arguments[0], "--root", str(self.root), *arguments[1:]])

    def tree(self, folder: str = "site") -> dict[str, bytes]:
        root = self.root / folder
        return {p.relative_to(root).as_posix(): p.read_bytes() for p in sorted(root.rglob("*")) if p.is_file()}


@pytest.fixture
def project(tmp_path: Path) -> Project:
    shutil.copytree(STARTER, tmp_path / "project")
    return Project(tmp_path / "project")


@pytest.fixture
def make_project(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    def make() -> Project:
        root = tmp_path_factory.mktemp("made") / "project"
        shutil.copytree(STARTER, root)
        return Project(root)

    return make


@pytest.fixture(scope="session")
def built_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built") / "project"
    shutil.copytree(STARTER, root)
    assert Project(root).run("build", "--no-cache").exit_code == 0
    return root


@pytest.fixture
def built(built_once: Path, tmp_path: Path) -> Project:
    """A good project with its site, which whatever is done to the content must not change."""
    shutil.copytree(built_once, tmp_path / "built")
    return Project(tmp_path / "built")


@pytest.fixture(scope="session")
def real_site() -> Iterator[browser.Site]:
    """The real content, built once for all tests, and served."""
    made = browser.real_site()
    with browser.served(made.files) as made.base:
        yield made


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browser.chromium() as launched:
        yield launched
