"""A build whose records a Dask cluster reads: other processes, which were sent all they need, and the same bytes."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster, get_task_stream

from bench.synthetic import story, write_project
from generator import inputs
from generator.build import build
from generator.inputs import Inputs

EVENTS = 600  # with their quotations and sources, enough records for two batches


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    local = str(tmp_path_factory.mktemp("dask"))
    options = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None, "local_directory": local}
    with LocalCluster(processes=True, **options) as workers, Client(workers) as client:
        yield client


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Inputs:
    folder: Path = tmp_path_factory.mktemp("many")
    write_project(story(EVENTS), folder)
    return inputs.read(folder)


def test_a_cluster_builds_the_same_bytes(cluster: Client, project: Inputs) -> None:
    alone = build(project)
    together = build(project, executor=cluster.get_executor())
    assert alone.is_good
    assert together.files == alone.files
    assert together.diagnostics == alone.diagnostics


def test_the_records_are_read_by_its_workers(cluster: Client, project: Inputs) -> None:
    with get_task_stream(cluster) as read:
        build(project, executor=cluster.get_executor())
    workers = set(cluster.scheduler_info()["workers"])
    assert len(read.data) >= 2
    assert {batch["worker"] for batch in read.data} <= workers
    assert all(batch["key"].startswith("_parse_batch") for batch in read.data)


def test_a_mistake_is_told_as_without_a_cluster(cluster: Client, project: Inputs) -> None:
    path = "content/events/event-7.yaml"
    broken = Inputs({**project.content, path: b"titel: A slip\n"}, project.templates)
    alone, together = build(broken), build(broken, executor=cluster.get_executor())
    assert not alone.is_good
    assert together.diagnostics == alone.diagnostics
