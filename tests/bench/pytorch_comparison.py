#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The same work by Spinscape, PyTorch and NumPy, one thread each, in one run; prints times and ratios. Training steps are
of 10x10 MNIST, whose zeros Spinscape leaves out, and of noise, which has none; PyTorch takes the same time for both.
PyTorch comes with Debian's python3-torch: run it with /usr/bin/python3.

usage: pytorch_comparison.py FOLDER_WITH_BENCHMARKS [SECONDS_PER_ROW]"""
import json
import os
import subprocess
import sys
import time

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
import h5py
import numpy
import torch

torch.set_num_threads(1)
torch.manual_seed(1)
folder = sys.argv[1]
patience = float(sys.argv[2]) if len(sys.argv) > 2 else 1.0


rounds = 4


def seconds(work, patience=patience):
    """Best processor time of a call, as benchmarks measure ours: other programs do not count."""
    work()
    best, end = float("inf"), time.process_time() + patience
    while time.process_time() < end:
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def ours(program, pattern, patience=patience):
    """Rows of a benchmark program by name, each the best of several repetitions, as PyTorch's times are."""
    text = subprocess.run([os.path.join(folder, program), f"--benchmark_filter={pattern}", "--benchmark_format=json", f"--benchmark_min_time={patience / 10}",
                           "--benchmark_repetitions=10", "--benchmark_enable_random_interleaving=true"], check=True, capture_output=True, text=True).stdout
    rows = [row for row in json.loads(text)["benchmarks"] if row["run_type"] == "iteration"]
    return {row["name"]: row for row in sorted(rows, key=lambda row: -row["cpu_time"])}


def table(title, columns, rows):
    print(f"\n{title}\n")
    cells = [columns] + [[f"{x:.3g}" if isinstance(x, float) else str(x) for x in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(columns))]
    for row in cells:
        print("  ".join(cell.rjust(width) for cell, width in zip(row, widths)))
    sys.stdout.flush()


samples, inputs, classes = 60000, 100, 10
with h5py.File(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "jobs", "data", "mnist_10x10.h5")) as file:
    features = torch.from_numpy((file["train_images"][:].reshape(-1, inputs) / 255).astype(numpy.float32))
    labels = torch.from_numpy(file["train_labels"][:].astype(numpy.int64))


def plain_step(h, batch):
    """One seed: torch.nn, autograd, SGD; each call is a step on the next minibatch."""
    model = torch.nn.Sequential(torch.nn.Linear(inputs, h), torch.nn.ReLU(), torch.nn.Linear(h, classes))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.01)
    loss_of = torch.nn.CrossEntropyLoss()
    order, at = torch.randperm(samples), 0

    def step():
        nonlocal at
        chosen = order[at:at + batch]
        at = (at + batch) % (samples - batch)
        optimiser.zero_grad()
        loss_of(model(features[chosen]), labels[chosen]).backward()
        optimiser.step()
    return step


def batched_step(h, batch, seeds):
    """Seeds side by side by baddbmm, each with its own order of the data."""
    parameters = [torch.randn(seeds, *shape, requires_grad=True) for shape in ((inputs, h), (1, h), (h, classes), (1, classes))]
    order, at = torch.stack([torch.randperm(samples) for _ in range(seeds)]), 0

    def step():
        nonlocal at
        chosen = order[:, at:at + batch]
        at = (at + batch) % (samples - batch)
        W1, b1, W2, b2 = parameters
        hidden = torch.baddbmm(b1, features[chosen], W1).relu()
        scores = torch.baddbmm(b2, hidden, W2)
        loss = torch.nn.functional.cross_entropy(scores.view(-1, classes), labels[chosen].view(-1), reduction="sum") / batch
        gradients = torch.autograd.grad(loss, parameters)
        with torch.no_grad():
            for x, g in zip(parameters, gradients):
                x.add_(g, alpha=-0.01)
    return step


widths = (10, 25, 50, 100, 500)
#            share of SGEMM,      plain / ours,       best batched / ours
targets = {100: ((55, 65, 75, 82, 82), (25, 14, 8, 5, None), (5, 3, 2, 1.6, 1)),
           10: ((30, 35, 45, 60, 60), (80, 40, 25, 18, None), (None,) * 5)}


def against(value, target):
    """A figure and what was aimed at, marked where it was missed."""
    if target is None:
        return f"{value:.3g}"
    return f"{value:.3g} ({target}{'' if value >= target else ', missed'})"


works = {(h, batch): {0: plain_step(h, batch)} | {s: batched_step(h, batch, s) for s in (4, 16, 64)} for batch in (100, 10) for h in widths}
measured, theirs = {}, {}
for _ in range(rounds):  # in turn, so that both see the same quiet and busy moments of a shared machine
    for name, row in ours("training_bench", "training_step(_on_images)?/h:(10|25|50|100|500)/batch:(10|100)$|training_step_of_depth/layers_of_64:3/batch:100",
                          patience / rounds).items():
        measured[name] = min(measured.get(name, row), row, key=lambda row: row["cpu_time"])
    for key, kinds in works.items():
        for seeds, work in kinds.items():
            theirs[key, seeds] = min(theirs.get((key, seeds), float("inf")), 1e6 * seconds(work, patience / rounds) / max(seeds, 1))
rows = []
for batch in (100, 10):
    for i, h in enumerate(widths):
        share_aim, plain_aim, batched_aim = (aims[i] for aims in targets[batch])
        plain = theirs[(h, batch), 0]
        best, width = min((theirs[(h, batch), s], s) for s in (4, 16, 64))
        for data, row in (("images", f"training_step_on_images/h:{h}/batch:{batch}"), ("noise", f"training_step/h:{h}/batch:{batch}")):
            mine, share = measured[row]["us_per_step"], measured[row]["of_sgemm_%"]
            rows.append([h, batch, data, mine, against(share, share_aim), plain, against(plain / mine, plain_aim), best, width, against(best / mine, batched_aim)])
table("Training step of 100-h-10, microseconds per seed; targets in brackets. % of SGEMM counts the products with zeros of images, too",
      ["h", "batch", "data", "ours", "% of SGEMM", "plain", "plain/ours", "batched", "seeds", "batched/ours"], rows)

row = measured["training_step_of_depth/layers_of_64:3/batch:100"]
table("Training step of 100-64-64-64-10, batch 100", ["% of SGEMM"], [[against(row["of_sgemm_%"], 70)]])

measured = ours("spherical_p_spin_bench", "gradient<float>/p:3/N:(100|250|500)/replicas:(1|16)$")
rows = []
for N in (100, 250, 500):
    J = torch.randn(N * N, N)
    J_numpy = J.numpy()
    for replicas in (1, 16):
        s = torch.randn(N, replicas)
        s_numpy = s.numpy()

        def matrix_vector():
            for r in range(replicas):
                one = s[:, r].contiguous()
                g = torch.mv(torch.mv(J, one).view(N, N), one)
                torch.dot(g, one)

        def matrix_matrix():
            inner = torch.mm(J, s).view(N, N, replicas)
            g = torch.einsum("ijr,jr->ir", inner, s)
            (g * s).sum(0)

        def batched():
            inner = torch.mm(J, s).view(N, N, replicas).permute(2, 0, 1)
            g = torch.bmm(inner, s.t().unsqueeze(2))
            (g.squeeze(2).t() * s).sum(0)

        def numpy_form():
            inner = (J_numpy @ s_numpy).reshape(N, N, replicas)
            g = numpy.einsum("ijr,jr->ir", inner, s_numpy)
            (g * s_numpy).sum(0)

        mine = measured[f"gradient<float>/p:3/N:{N}/replicas:{replicas}"]["cpu_time"]  # ms
        loops, best, by_numpy = 1e3 * seconds(matrix_vector), 1e3 * min(seconds(matrix_matrix), seconds(batched)), 1e3 * seconds(numpy_form)
        rows.append([N, replicas, mine, loops, best, by_numpy, loops / mine, best / mine, by_numpy / mine])
table("Energy and gradient of a 3-spin glass, milliseconds for all replicas", ["N", "replicas", "ours", "mv", "gemm", "numpy", "mv/ours", "gemm/ours", "numpy/ours"], rows)

measured = ours("training_bench", "hessian_product/h:50$")
X, y = features.double(), labels
h = 50
parameters = [torch.randn(*shape, dtype=torch.double, requires_grad=True) for shape in ((inputs, h), (h,), (h, classes), (classes,))]
direction = [torch.randn_like(x) for x in parameters]


def double_backward():
    W1, b1, W2, b2 = parameters
    loss = torch.nn.functional.cross_entropy(torch.addmm(b2, torch.addmm(b1, X, W1).relu(), W2), y)
    gradients = torch.autograd.grad(loss, parameters, create_graph=True)
    torch.autograd.grad(gradients, parameters, grad_outputs=direction)


row = next(iter(measured.values()))
mine, theirs = row["cpu_time"], 1e3 * seconds(double_backward)
table("Hessian-vector product of 100-50-10 over 60,000 samples, double, milliseconds", ["ours", "% of DGEMM", "double backward", "ratio"],
      [[mine, against(row["of_dgemm_%"], 60), theirs, against(theirs / mine, 3)]])
