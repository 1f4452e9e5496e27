#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Curvature of a trained 100-50-10 network over the 60,000 images of 10x10 MNIST, by Spinscape and by PyTorch, double
precision, one thread each, in one run: Hessian-vector products, ten largest eigenvalues, spectral density.

PyTorch does it as PyHessian: the graph of the gradient is kept and differentiated again for each product; power
iteration with deflation (100 iterations, tolerance 1e-3 on the eigenvalue); Lanczos of 100 steps with full
reorthogonalisation from one sign vector; it draws the density with eigenvalues widened by sqrt(1e-5 range). Ours are
eigenvalues with smaller residuals than power iteration ends with; both from one Krylov space; and steps that end where the
density so widened stands, far below the error of a single probe. PyTorch in single precision, as it is mostly used, beside.
Times are processor times, so that other work on the machine matters little.
PyTorch comes with Debian's python3-torch: run it with /usr/bin/python3.

usage: pytorch_spectra.py FOLDER_WITH_BENCHMARKS"""
import json
import os
import subprocess
import sys
import tempfile
import time

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
import h5py
import numpy
import torch

torch.set_num_threads(1)
torch.manual_seed(1)
here = os.path.dirname(os.path.abspath(__file__))
program = os.path.join(sys.argv[1], "spectra_bench")
inputs, hidden, classes = 100, 50, 10

with h5py.File(os.path.join(here, "..", "..", "jobs", "data", "mnist_10x10.h5")) as file:
    features = (file["train_images"][:].reshape(-1, inputs) / 255).astype(numpy.float32)
    labels = file["train_labels"][:].astype(numpy.int32)


def trained():
    """Five epochs of SGD, in single precision."""
    model = torch.nn.Sequential(torch.nn.Linear(inputs, hidden), torch.nn.ReLU(), torch.nn.Linear(hidden, classes))
    optimiser = torch.optim.SGD(model.parameters(), lr=0.2)
    X, y = torch.from_numpy(features), torch.from_numpy(labels).long()
    for _ in range(5):
        for chosen in torch.randperm(len(y)).split(100):
            optimiser.zero_grad()
            torch.nn.functional.cross_entropy(model(X[chosen]), y[chosen]).backward()
            optimiser.step()
    return [p.detach().double() for p in model.parameters()]


W1, b1, W2, b2 = trained()
folder = tempfile.mkdtemp()
features.tofile(os.path.join(folder, "features"))
labels.tofile(os.path.join(folder, "labels"))
numpy.concatenate([W1.t().reshape(-1), b1, W2.t().reshape(-1), b2]).tofile(os.path.join(folder, "point"))


def ours(pattern):
    """Rows of the benchmark program by name."""
    text = subprocess.run([program, f"--benchmark_filter={pattern}", "--benchmark_format=json"], check=True, capture_output=True, text=True,
                          env=os.environ | {"SPECTRA_DATA": folder}).stdout
    return {row["name"]: row for row in json.loads(text)["benchmarks"]}


parameters = [p.clone().requires_grad_() for p in (W1, b1, W2, b2)]
X, y = torch.from_numpy(features).double(), torch.from_numpy(labels).long()


def gradient_graph():
    A, a, B, b = parameters
    loss = torch.nn.functional.cross_entropy(torch.nn.functional.linear(torch.nn.functional.linear(X, A, a).relu(), B, b), y)
    return torch.autograd.grad(loss, parameters, create_graph=True)


start = time.process_time()
gradients = gradient_graph()
preparation = time.process_time() - start
products = 0


def hessian_times(v):
    global products
    products += 1
    return torch.autograd.grad(gradients, parameters, grad_outputs=v, retain_graph=True)


def dot(u, v):
    return sum((a * b).sum() for a, b in zip(u, v)).item()


def normalised(v):
    length = dot(v, v) ** 0.5 + 1e-6
    return [a / length for a in v]


def orthogonal(v, found):
    for u in found:
        overlap = dot(v, u)
        v = [a - overlap * b for a, b in zip(v, u)]
    return normalised(v)


def power_iteration(top, most, done):
    """PyHessian's eigenvalues(); `done(old value, new value)` ends each."""
    values, vectors = [], []
    for _ in range(top):
        v, value = orthogonal([torch.randn_like(p) for p in parameters], vectors), None
        for _ in range(most):
            v = orthogonal(v, vectors)
            image = hessian_times(v)
            old, value = value, dot(image, v)
            if old is not None and done(old, value):
                break
            v = normalised(image)
        values.append(value)
        vectors.append(v)
    return values, vectors


def residual(image, value, v):
    return sum(((a - value * b) ** 2).sum() for a, b in zip(image, v)).item() ** 0.5


def lanczos(steps):
    """PyHessian's density(): one probe; eigenvalues and weights of the tridiagonal matrix."""
    v = normalised([torch.randint_like(p, high=2) * 2 - 1 for p in parameters])
    basis, alpha, beta = [v], [], []
    w = hessian_times(v)
    for step in range(steps):
        if step > 0:
            beta.append(dot(w, w) ** 0.5)
            basis.append(orthogonal(w, basis))
            w = hessian_times(basis[-1])
        alpha.append(dot(w, basis[-1]))
        w = [a - alpha[-1] * b - (beta[-1] * c if beta else 0) for a, b, c in zip(w, basis[-1], basis[-2] if beta else basis[-1])]
    T = numpy.diag(alpha) + numpy.diag(beta, 1) + numpy.diag(beta, -1)
    values, vectors = numpy.linalg.eigh(T)
    return values, vectors[0] ** 2


def timed(work):
    global products
    products = 0
    start = time.process_time()
    result = work()
    return result, time.process_time() - start, products


def row(name, mine, theirs, note=""):
    print(f"{name:<58} {mine:9.3f} s {theirs:9.3f} s {theirs / mine:8.1f} x  {note}")
    sys.stdout.flush()


print(f"{'':<58} {'Spinscape':>11} {'PyTorch':>11} {'ratio':>10}")
mine = ours("^(prepare|prepared_product)$")
v = [torch.randn_like(p) for p in parameters]
product = min(timed(lambda: hessian_times(v))[1] for _ in range(10))
whole = min(timed(lambda: torch.autograd.grad(gradient_graph(), parameters, grad_outputs=v))[1] for _ in range(5))
row("Hessian product, point prepared", mine["prepared_product"]["cpu_time"] / 1e3, product, f"{mine['prepared_product']['of_dgemm_%']:.0f} % of DGEMM")
row("Hessian product, against a whole double backward", mine["prepared_product"]["cpu_time"] / 1e3, whole)

measured = ours("^(top_eigenvalues|density)/")
krylov, enough = (measured[f"density/steps:100/limited:{limited}/iterations:1"] for limited in (0, 1))
density, enough_seconds = krylov["cpu_time"] / 1e3, enough["cpu_time"] / 1e3
_, lanczos_seconds, _ = timed(lambda: lanczos(100))
row("Spectral density, one probe, 100 steps", density, lanczos_seconds + preparation)
row("The same error at PyHessian's smoothing", enough_seconds, lanczos_seconds + preparation,
    f"ours ends after {enough['products']:.0f} steps: changed by {enough['error']:.1e}, another probe by {enough['spread']:.1e}")

(values, vectors), seconds, count = timed(lambda: power_iteration(10, 100, lambda old, new: abs(old - new) / (abs(old) + 1e-6) < 1e-3))
residuals = [residual(hessian_times(v), value, v) / values[0] for value, v in zip(values, vectors)]
worst = max(residuals)
digits = next(d for d in (1, 2, 3, 6) if 10.0 ** -d <= worst or d == 6)
best = measured[f"top_eigenvalues/digits:{digits}/checked:0/iterations:1"]
row(f"Ten eigenvalues as PyHessian (largest residual {worst:.1e} λ₁)", best["cpu_time"] / 1e3, seconds + preparation,
    f"ours to {10.0 ** -digits:.0e} λ₁; {best['products']:.0f} and {count} products")
for what, seconds_of_ours, space in ("100 steps", density, krylov), ("the same error", enough_seconds, enough):
    row(f"Ten eigenvalues and density, {what}", seconds_of_ours, seconds + lanczos_seconds + preparation,
        f"ours from one Krylov space; eigenvalues to {space['worst_bound']:.1e} λ₁")
best = measured["top_eigenvalues/digits:6/checked:1/iterations:1"]
print(f"ours to 1e-6 λ₁: {best['cpu_time'] / 1e3:.3f} s, {best['products']:.0f} products; first {best['first']:.6g}, tenth {best['tenth']:.6g}")

# PyTorch in single precision; ours stays double.
X = X.float()
parameters[:] = [p.detach().float().requires_grad_() for p in parameters]
start = time.process_time()
gradients = gradient_graph()
preparation = time.process_time() - start
v = [torch.randn_like(p) for p in parameters]
row("Hessian product, PyTorch in single precision", mine["prepared_product"]["cpu_time"] / 1e3, min(timed(lambda: hessian_times(v))[1] for _ in range(10)))
_, lanczos_seconds, _ = timed(lambda: lanczos(100))
_, seconds, count = timed(lambda: power_iteration(10, 100, lambda old, new: abs(old - new) / (abs(old) + 1e-6) < 1e-3))
row("Spectral density, PyTorch in single precision", enough_seconds, lanczos_seconds + preparation)
row("Ten eigenvalues and density, PyTorch in single precision", enough_seconds, seconds + lanczos_seconds + preparation)
