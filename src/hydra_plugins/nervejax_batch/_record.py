"""What Hydra leaves of a job: ``.hydra/``, its log, its JobReturn, without copies of its configuration.

Hydra's own ``run_job`` copies the configuration three times and writes YAML in Python: 40 ms a job.
"""

import os
from pathlib import Path
from typing import Any

import yaml
from hydra.core.hydra_config import HydraConfig
from hydra.core.utils import JobReturn, JobRuntime, JobStatus, configure_log, run_job
from hydra.types import HydraContext
from omegaconf import DictConfig, OmegaConf, open_dict, read_write


def record(context: HydraContext, config: DictConfig, folder: Path, outcome: Any) -> JobReturn:
    """Note how a job ended in its folder.

    Args:
        config: of the job, Hydra's part in it; afterwards it is the job's own part alone.
        folder: of the job.
        outcome: what the task returned, or the exception it raised.
    """
    if config.hydra.callbacks:  # they may look at anything
        return _by_hydra(context, config, outcome)
    with read_write(config.hydra.runtime), open_dict(config.hydra.runtime):
        config.hydra.runtime.output_dir = os.path.abspath(folder)
    instance: Any = HydraConfig.instance()
    before, instance.cfg = instance.cfg, config  # for ${hydra:...}
    try:
        folder.mkdir(parents=True, exist_ok=True)
        configure_log(config.hydra.job_logging, config.hydra.verbose)
        task = OmegaConf.to_container(config.hydra.overrides.task)
        whole = OmegaConf.to_container(config, enum_to_str=True)
        assert isinstance(task, list)
        assert isinstance(whole, dict)
        notes = {"hydra.yaml": {"hydra": whole.pop("hydra")}, "overrides.yaml": task}
        if config.hydra.output_subdir is not None:
            home = folder / config.hydra.output_subdir
            home.mkdir(parents=True, exist_ok=True)
            for name, content in ({"config.yaml": whole} | notes).items():
                (home / name).write_text(_yaml(content), encoding="utf-8")
        found = JobReturn(overrides=task, working_dir=os.getcwd(), _return_value=outcome)
        found.status = JobStatus.FAILED if isinstance(outcome, Exception) else JobStatus.COMPLETED
        found.task_name = JobRuntime.instance().get("name")
    finally:
        instance.cfg = before
    with open_dict(config):
        hydra = config.pop("hydra")
    found.cfg, found.hydra_cfg = config, OmegaConf.create({"hydra": None})
    found.hydra_cfg._set_flag("no_deepcopy_set_nodes", True)
    found.hydra_cfg["hydra"] = hydra
    return found


def _by_hydra(context: HydraContext, config: DictConfig, outcome: Any) -> JobReturn:
    def told(_: DictConfig) -> Any:
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    return run_job(
        hydra_context=context, task_function=told, config=config,
        job_dir_key="hydra.sweep.dir", job_subdir_key="hydra.sweep.subdir",
    )  # fmt: skip


_Fast: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)


class _Dumper(_Fast):
    """YAML as OmegaConf writes it, by libyaml where there is one."""


def _text(dumper: Any, text: str) -> Any:
    """A scalar; in quotes where OmegaConf would read a number."""
    try:
        float(text)
    except ValueError:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'")


_Dumper.add_representer(str, _text)


def _yaml(content: Any) -> str:
    return yaml.dump(
        content, default_flow_style=False, allow_unicode=True, sort_keys=False, Dumper=_Dumper
    )
