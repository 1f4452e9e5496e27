# SPDX-License-Identifier: BSD-3-Clause
"""A Slurm cluster of one node for tests: munged, slurmctld and slurmd with keys, ports and folders of
their own; they end with the test."""
import os
import shutil
import socket
import subprocess
import tempfile
import time

programs = ("munged", "slurmctld", "slurmd", "srun", "sbatch", "scancel", "scontrol", "squeue")


def missing():
    """Why there can be no cluster here, or nothing."""
    if os.geteuid() != 0:
        return "only root can start slurmd"
    absent = [name for name in programs if shutil.which(name) is None]
    return f"not installed: {', '.join(absent)}" if absent else ""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    def __init__(self, cpus=2):
        """A node that claims so many processors. Error if the daemons do not come up."""
        self.folder = tempfile.mkdtemp(prefix="slurm")
        self.daemons = []
        host = socket.gethostname().split(".")[0]
        for name in ("state", "spool"):
            os.mkdir(os.path.join(self.folder, name))
        with open(self.path("munge.key"), "wb") as key:
            key.write(os.urandom(1024))
        os.chmod(self.path("munge.key"), 0o400)
        with open(self.path("slurm.conf"), "w") as conf:
            conf.write(f"""ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={self.path("munge.socket")},cred_expire=5
CredType=cred/munge
SlurmctldPort={free_port()}
SlurmdPort={free_port()}
StateSaveLocation={self.path("state")}
SlurmdSpoolDir={self.path("spool")}
SlurmctldPidFile={self.path("slurmctld.pid")}
SlurmdPidFile={self.path("slurmd.pid")}
SlurmctldLogFile={self.path("slurmctld.log")}
SlurmdLogFile={self.path("slurmd.log")}
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=pmix
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=2,bf_interval=2,batch_sched_delay=0
JobRequeue=1
KillWait=20
ReturnToService=2
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/none
SlurmdParameters=config_overrides
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} State=UNKNOWN
PartitionName=main Nodes={host} Default=YES MaxTime=INFINITE State=UP
""")
        self.environment = os.environ | {"SLURM_CONF": self.path("slurm.conf")}
        # Only what a login gives: nothing of an MPI run or another Slurm around the test.
        for name in list(self.environment):
            if name.startswith(("PMIX_", "SLURM_")) and name != "SLURM_CONF" or name.startswith("OMPI_COMM_WORLD"):
                del self.environment[name]
        try:
            self.start("munged", "--foreground", "--force", f"--key-file={self.path('munge.key')}", f"--socket={self.path('munge.socket')}",
                       f"--pid-file={self.path('munge.pid')}", f"--log-file={self.path('munge.log')}", f"--seed-file={self.path('munge.seed')}")
            self.wait_for(lambda: os.path.exists(self.path("munge.socket")), "munged")
            self.start("slurmctld", "-D", "-c")
            self.start("slurmd", "-D", "-N", host)
            self.wait_for(lambda: "idle" in self.run("sinfo", "-h", "-o", "%T", check=False).stdout, "slurmctld and slurmd")
        except BaseException:
            self.__exit__()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for daemon in reversed(self.daemons):
            daemon.terminate()
        for daemon in self.daemons:
            try:
                daemon.wait(timeout=20)
            except subprocess.TimeoutExpired:
                daemon.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, *command):
        log = open(self.path(command[0] + ".out"), "w")
        self.daemons.append(subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL))

    def run(self, *command, check=True, timeout=120):
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=timeout, stdin=subprocess.DEVNULL)
        if check and done.returncode != 0:
            raise AssertionError(f"{command}: {done.returncode}\n{done.stdout}\n{done.stderr}")
        return done

    def wait_for(self, condition, what, seconds=60):
        end = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end:
                logs = "\n".join(f"== {name}\n{open(self.path(name), errors='replace').read()[-3000:]}"
                                 for name in sorted(os.listdir(self.folder)) if name.endswith((".log", ".out")))
                raise AssertionError(f"{what}: not within {seconds} s\n{logs}")
            time.sleep(0.2)

    def queued(self):
        """Ids of jobs that wait or run."""
        return self.run("squeue", "-h", "-o", "%A").stdout.split()

    def job(self, number):
        """What Slurm tells of a job."""
        text = self.run("scontrol", "show", "job", "-o", str(number)).stdout
        return dict(word.split("=", 1) for word in text.split() if "=" in word)
