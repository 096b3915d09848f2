#!/usr/bin/env python3
"""Tries what users copy: the templates, the composite action and the hooks, with real scans of real repositories.

Usage: .ci/templates/check.py BINARY [WHEELS]. WHEELS is a folder with our wheel, which the action then installs.

The action is run as GitHub runs it, as far as it needs: its steps in order, with their conditions and expressions. The
GitLab template's scripts are run by sh, the hooks by pre-commit.
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from ruamel.yaml import YAML

ROOT = pathlib.Path(__file__).resolve().parents[2]
ACTION = ROOT / ".github/actions/scan"
PACK = {
    "incident.toml": """schema = 1
[incident]
id = "INC-1"
title = "Danger was called"
summary = "It was."
severity = "high"
class = "reliability"
url = "https://incidents.example/INC-1"
cwe = ["CWE-400"]
tickets = []
owner = "team"
[[rule]]
id = "danger"
message = "danger is called"
help = "Call safe."
languages = ["python"]
query = "python.scm"
""",
    "python.scm": '((call function: (identifier) @_f) @bug (#eq? @_f "danger"))\n',
    "cases/case.py": "# bug: danger\ndanger(1)\n# ok: danger\nsafe(1)\n",
}
# Where a runner has the packs: in a repository of their own.
PACKS = ("incident-packs", "my packs")
wrong = []


def check(told, holds, seen=None):
    print(f"  {'ok' if holds else 'WRONG'}: {told}" + ("" if holds else f": {seen}"))
    if not holds:
        wrong.append(told)


def load(path):
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def run(command, folder, allowed=(0,), **environment):
    base = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "CARGO_HOME", "RUSTUP_HOME") if name in os.environ}
    identity = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in (("NAME", "A"), ("EMAIL", "a@example.invalid"))}
    base.update(identity, GIT_CONFIG_GLOBAL="/dev/null", GIT_CONFIG_NOSYSTEM="1", **environment)
    done = subprocess.run(command, cwd=folder, env=base, capture_output=True, text=True)
    if allowed and done.returncode not in allowed:
        sys.exit(f"{command} in {folder}: {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def git(folder, *arguments):
    return run(["git", *arguments], folder).stdout.strip()


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode() if isinstance(text, str) else text)


def commit(folder, files):
    write(folder, files)
    git(folder, "add", "-A", "--", ".", *(f":!{name}" for name in PACKS))
    git(folder, "commit", "-q", "--allow-empty", "-m", "step")
    return git(folder, "rev-parse", "HEAD")


def repository(folder, files):
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    return commit(folder, files)


def checkout(work, name):
    """A repository as a runner has it, with one old instance on main."""
    folder = work / name
    return folder, repository(folder, {"old.py": "danger(1)\n"})


def value(expression, context):
    """The expressions that the action uses."""
    def term(text):
        text = text.strip()
        if text == "always()":
            return True
        if match := re.fullmatch(r"'([^']*)'", text):
            return match[1]
        if match := re.fullmatch(r"inputs\.([\w-]+)", text):
            return context["inputs"][match[1]]
        if match := re.fullmatch(r"steps\.([\w-]+)\.outputs\.([\w-]+)", text):
            return context["steps"].get(match[1], {}).get(match[2], "")
        sys.exit(f"an expression that this test does not know: {text}")

    def clause(text):
        for sign, same in (("==", True), ("!=", False)):
            if sign in text:
                left, right = text.split(sign)
                return (term(left) == term(right)) is same
        return term(text)

    parts = [clause(part) for part in expression.split("&&")]
    return parts[0] if len(parts) == 1 else all(parts)


def fill(text, context):
    return re.sub(r"\$\{\{(.*?)\}\}", lambda match: str(value(match[1].strip(), context)), str(text))


def action(work, folder, inputs, **environment):
    """Runs the composite action; returns its outputs, whether it failed, what it uploaded, and all that it said."""
    about = load(ACTION / "action.yml")
    unknown = set(inputs) - set(about["inputs"])
    assert not unknown, unknown
    context = {"inputs": {name: inputs.get(name, one["default"]) for name, one in about["inputs"].items()}, "steps": {}}
    temporary = pathlib.Path(tempfile.mkdtemp(dir=work))
    summary = temporary / "summary"
    failed, uploads, said = False, [], ""
    for step in about["runs"]["steps"]:
        condition = step.get("if", "success()").removeprefix("${{").removesuffix("}}").strip()
        if failed and "always()" not in condition:
            continue
        if condition != "success()" and not value(condition, context):
            continue
        if "uses" in step:
            uploads.append({name: fill(text, context) for name, text in step["with"].items()})
            continue
        assert "${{" not in step["run"], "an input in a script is a command of whoever writes it"
        output = temporary / "output"
        output.write_text("")
        own = {name: fill(text, context) for name, text in step["env"].items()}
        done = run([step["shell"], "-e", "-c", step["run"]], folder, (), GITHUB_ACTION_PATH=str(ACTION), GITHUB_OUTPUT=str(output),
                   GITHUB_STEP_SUMMARY=str(summary), RUNNER_TEMP=str(temporary), XDG_CACHE_HOME=str(work / "cache"), **own, **environment)
        said += done.stdout + done.stderr
        failed = failed or done.returncode != 0
        context["steps"][step["id"]] = dict(line.split("=", 1) for line in output.read_text().splitlines())
        context["steps"][step["id"]]["code"] = done.returncode
    outputs = {name: fill(one["value"], context) for name, one in about["outputs"].items()}
    return {"outputs": outputs, "failed": failed, "uploads": uploads, "said": said, "code": context["steps"]["gate"]["code"],
            "summary": summary.read_text() if summary.exists() else ""}


def composite(binary, wheels, work):
    print("the composite action")
    folder, base = checkout(work, "action")
    repository(folder / "my packs", PACK)
    usual = {"binary": binary, "packs": "my packs"}
    done = action(work, folder, {**usual, "fail-on": "new", "base": base})
    check("a pull request that brings nothing in passes", not done["failed"] and done["outputs"]["exit-code"] == "0", done)
    check("and uploads all that is there", len(done["uploads"]) == 1, done)
    sarif = json.loads(pathlib.Path(done["outputs"]["sarif-file"]).read_text())
    check("the upload holds what was there before", len(sarif["runs"][0]["results"]) == 1, sarif["runs"][0]["results"])
    commit(folder, {"new.py": "x = 1\ndanger(2)\n"})
    done = action(work, folder, {**usual, "fail-on": "new", "base": base})
    check("one that brings an instance in fails with 1", done["failed"] and done["code"] == 1, done)
    check("after the upload", len(done["uploads"]) == 1 and done["outputs"]["complete"] == "true", done)
    check("with an annotation on its line", re.search(r"^::\w+ .*file=new\.py,line=2", done["said"], re.M), done["said"])
    check("and a summary", "INC-1" in done["summary"], done["summary"])
    done = action(work, folder, {**usual, "upload": "false"})
    check("without a base everything fails, and nothing is uploaded unasked", done["code"] == 1 and not done["uploads"], done)
    done = action(work, folder, {**usual, "fail-on": "never"})
    check("`never` passes", not done["failed"] and len(done["uploads"]) == 1, done)
    report = pathlib.Path(done["outputs"]["json-file"])
    done = action(work, folder, {**usual, "fail-on": "new", "baseline": str(report)})
    check("a report is a baseline too", not done["failed"], done)

    commit(folder, {"large.py": "# danger\n" * 3_000_000})
    done = action(work, folder, {**usual, "fail-on": "never"})
    check("an incomplete scan fails with 3, whatever the gate", done["failed"] and done["code"] == 3, done)
    check("is told", done["outputs"]["complete"] == "false" and "::error title=stampout::the scan is incomplete" in done["said"], done["said"])
    check("and is not uploaded", not done["uploads"] and done["outputs"]["sarif-file"] == "", done)
    done = action(work, folder, {**usual, "fail-on": "never", "allow-incomplete": "true"})
    check("one that is let pass passes, uploads and says so", not done["failed"] and len(done["uploads"]) == 1 and done["outputs"]["complete"] == "false"
          and "let pass" in done["said"], done)
    git(folder, "rm", "-q", "large.py")
    commit(folder, {})

    done = action(work, folder, {**usual, "packs": "no such folder"})
    check("an error fails with 2", done["failed"] and done["code"] == 2 and not done["uploads"], done)
    hostile = "$(touch owned) `touch owned`; touch owned\n--exit-zero\n-o json=owned"
    for name in ("paths", "packs", "incidents", "base", "baseline", "category", "fail-on"):
        done = action(work, folder, {**usual, "fail-on": "new", name: hostile})
        check(f"`{name}` is never a command nor an option", done["code"] in (1, 2, 3) and not list(folder.glob("*owned*")), done["said"])
    for name in ("binary", "version"):
        done = action(work, folder, {"packs": "my packs", name: hostile})
        check(f"`{name}` neither", done["failed"] and done["code"] == 2 and not list(folder.glob("*owned*")), done["said"])
    killed = work / "killed"
    killed.write_text("#!/bin/sh\n[ \"$1\" = --version ] || kill -9 $$\n")
    killed.chmod(0o755)
    done = action(work, folder, {"binary": str(killed)})
    check("a scan that is killed is no pass", done["failed"] and done["code"] == 2 and not done["uploads"], done)
    if wheels:
        version = run([binary, "--version"], work).stdout.split()[1]
        done = action(work, folder, {"packs": "my packs", "version": version, "fail-on": "never"}, PIP_NO_INDEX="1", PIP_FIND_LINKS=str(wheels))
        check("it installs the wheel", not done["failed"] and f"stampout {version}" in done["said"], done["said"])


def gitlab(binary, work):
    print("the GitLab template")
    jobs = load(ROOT / ".ci/templates/gitlab.yml")
    folder, base = checkout(work, "gitlab")
    repository(work / "packs.git", PACK)
    clone = next(line for line in jobs["stampout"]["before_script"] if "clone" in line)
    run(["sh", "-c", clone], folder, INCIDENT_PACKS=f"file://{work}/packs.git")
    bin_ = work / "gitlab-bin"
    bin_.mkdir()
    (bin_ / "stampout").symlink_to(binary)
    path = f"{bin_}:{os.environ['PATH']}"

    def pipeline(**environment):
        for name in ("stampout.exit", "stampout.sarif"):
            (folder / name).unlink(missing_ok=True)
        codes = []
        for name in ("stampout", "stampout-gate"):
            script = "set -e\n" + "\n".join(jobs[name]["script"])
            codes.append(run(["sh", "-c", script], folder, (), **{"XDG_CACHE_HOME": str(work / "cache"), **environment, "PATH": path}).returncode)
            if codes[-1] != 0:
                break
        return codes, (folder / "stampout.sarif").exists()

    request = {"CI_MERGE_REQUEST_DIFF_BASE_SHA": base}
    for told, files, environment, expected in [
        ("a merge request that brings nothing in passes", {"a.txt": "1\n"}, request, ([0, 0], True)),
        ("main with an instance fails at the gate, after the report", {}, {}, ([0, 1], True)),
        ("a merge request that brings one in too", {"new.py": "danger(3)\n"}, request, ([0, 1], True)),
        ("an incomplete scan fails at once, without SARIF", {"large.py": "# danger\n" * 3_000_000}, request, ([3], False)),
    ]:
        commit(folder, files)
        done = pipeline(**environment)
        check(told, done == expected, done)
    git(folder, "rm", "-q", "large.py")
    commit(folder, {})
    shutil.rmtree(folder / "incident-packs")
    done = pipeline(**request)
    check("an error fails at once", done == ([2], False), done)
    script = "set -e\n" + "\n".join(jobs["stampout-gate"]["script"])
    check("a gate without an answer is no pass", run(["sh", "-c", script], folder, ()).returncode == 2)
    for job in ("stampout", "stampout-gate"):
        check(f"{job} is not allowed to fail in silence", "allow_failure" not in jobs[job])


def hooks(binary, work):
    print("the pre-commit hooks")
    program = shutil.which("pre-commit", path=f"{pathlib.Path(sys.executable).parent}:{os.environ['PATH']}")
    own = work / "hooks"
    revision = repository(own, {".pre-commit-hooks.yaml": (ROOT / ".pre-commit-hooks.yaml").read_text()})
    template = (ROOT / ".ci/templates/pre-commit.yaml").read_text()
    folder, _ = checkout(work, "hooked")
    write(folder / "packs", PACK)
    config = re.sub(r"- repo: \S+", f"- repo: {own}", template)
    config = re.sub(r"rev: \S+", f"rev: {revision}", config).replace("id: stampout\n", "id: stampout-installed\n")
    commit(folder, {".pre-commit-config.yaml": config})
    bin_ = work / "hook-bin"
    bin_.mkdir()
    (bin_ / "stampout").symlink_to(binary)
    environment = {"PATH": f"{bin_}:{os.environ['PATH']}", "PRE_COMMIT_HOME": str(work / "pre-commit"), "XDG_CACHE_HOME": str(work / "cache")}
    for name, checker in ((".pre-commit-hooks.yaml", "validate-manifest"), (".ci/templates/pre-commit.yaml", "validate-config")):
        done = run([program, checker, str(ROOT / name)], folder, (), **environment)
        check(f"{name} is valid", done.returncode == 0, done.stdout + done.stderr)
    for told, files, code in [
        ("a commit without an instance passes", {"a.py": "safe(1)\n"}, 0),
        ("one with an instance is stopped", {"a.py": "danger(1)\n"}, 1),
        ("one that cannot be judged is stopped", {"a.py": "# danger\n" * 3_000_000}, 3),
    ]:
        write(folder, files)
        git(folder, "add", "-A")
        done = run([program, "run"], folder, (), **environment)
        shown = f"exit code: {code}" in done.stdout if code else done.returncode == 0
        check(told, shown and (done.returncode != 0) == (code != 0), done.stdout + done.stderr)


def main(binary, wheels=None):
    binary = os.path.realpath(binary)
    with tempfile.TemporaryDirectory() as work:
        work = pathlib.Path(work)
        composite(binary, wheels and os.path.realpath(wheels), work)
        gitlab(binary, work)
        hooks(binary, work)
    return 1 if wrong else 0


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))
