# SPDX-License-Identifier: BSD-3-Clause
"""Opens a report in headless Chromium: no outside request, no console error, marks in every figure."""
import pathlib, re, subprocess, sys, tempfile

with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    page = folder / "report.html"
    subprocess.run([sys.argv[1], page], check=True)
    netlog = folder / "net.json"
    run = subprocess.run(
        ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
         f"--user-data-dir={folder / 'profile'}", f"--log-net-log={netlog}",
         "--window-size=1400,3000", f"--screenshot={folder / 'page.png'}", "--dump-dom", page.as_uri()],
        capture_output=True, text=True, timeout=50)
    dom = run.stdout
    assert run.returncode == 0, run.stderr
    assert "CONSOLE" not in run.stderr, run.stderr
    assert "<script" not in dom
    outside = re.findall(r"""(?:\b(?:src|href)=["']?|url\(["']?|@import\s+["']?)\s*(?:https?:)?//[^"')\s]*""", dom)
    assert not outside, outside
    urls = set(re.findall(r'"url":"([^"]*)"', netlog.read_text())) if netlog.exists() else None
    assert urls is not None, "no network log"
    # Hosts that Chromium asks by itself at start (and gets no answer); exact names, so that fonts or
    # scripts from the same company are not excused.
    own = re.compile(r"https?://(clients2|accounts|www)\.google\.com/|https?://update\.googleapis\.com/")
    foreign = [url for url in urls if re.match("(https?|wss?|ftp):", url) and not own.match(url)]
    assert not foreign, foreign
    figures = re.findall(r"<figure.*?</figure>", dom, re.S)
    assert len(figures) == 3, len(figures)
    for figure in figures:
        panels = re.findall(r"<svg.*?</svg>", figure, re.S)
        assert panels
        for panel in panels:
            data = panel[panel.index("gnuplot_plot_1"):]
            assert re.search(r"""<(?:path|polygon)[^>]*\s(?:d|points)=["'][^"']{8,}|<(?:use|circle)\s""", data)
    print(len(figures), "figures;", sorted(urls))
