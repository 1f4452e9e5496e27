# SPDX-License-Identifier: BSD-3-Clause
"""Opens a report in headless Chromium: no outside request, no console error, marks in every figure.

    browser_test.py PROGRAM     PROGRAM FILE writes the report of the example
"""
import pathlib
import re
import subprocess
import sys
import tempfile
from xml.etree import ElementTree

# What Chromium asks by itself at start (and gets no answer): whole addresses, so that fonts or scripts
# from the same company are not excused.
OWN_REQUEST = re.compile(
    r"https?://(clients2\.google\.com/time/|accounts\.google\.com/ListAccounts\?"
    r"|update\.googleapis\.com/service/update2/json\?)")
OUTSIDE = re.compile(r"""(?:\b(?:src|href)=["']?|url\(["']?|@import\s+["']?)\s*(?:https?:)?//[^"')\s]*""")
# The frame of a plot as gnuplot draws it: from the top of the y axis to the right end of the x axis.
FRAME = re.compile(r"\s*M([\d.]+),([\d.]+) L\1,([\d.]+) L([\d.]+),\3 M\4,\2 ")


class Visit:
    """What the browser made of a page."""

    def __init__(self, page, folder):
        netlog = folder / "net.json"
        run = subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
             "--disable-background-networking", "--disable-component-update", "--disable-sync",
             "--disable-dev-shm-usage", "--host-resolver-rules=MAP * ~NOTFOUND", "--enable-logging=stderr",
             f"--user-data-dir={folder / 'profile'}", f"--log-net-log={netlog}",
             "--window-size=1400,3000", "--dump-dom", page.as_uri()],
            capture_output=True, text=True, timeout=50)
        assert run.returncode == 0, run.stderr
        self.dom, self.messages = run.stdout, run.stderr
        self.requests = set(re.findall(r'"url":"([^"]*)"', netlog.read_text()))

    def foreign_requests(self):
        return [url for url in self.requests
                if re.match("(https?|wss?|ftp):", url) and not OWN_REQUEST.match(url)]

    def outside_addresses(self):
        return OUTSIDE.findall(self.dom)


def elements(node, *names):
    return [element for element in node.iter() if element.tag in names]


def heights(element):
    """The y coordinates, from the top, of what an element draws."""
    text = element.get("d") or element.get("points") or element.get("transform") or element.get("cy") or ""
    return [float(y) for y in re.findall(r"-?[\d.]+,(-?[\d.]+)", text)]


class Plot:
    """A panel of a figure, taken from its <svg> element."""

    def __init__(self, svg):
        self.svg = ElementTree.fromstring(svg.replace("&nbsp;", " "))
        frames = [FRAME.match(path.get("d", "")) for path in elements(self.svg, "path")]
        self.top = min(float(frame[2]) for frame in frames if frame)

    def series(self):
        """gnuplot puts each series, with its sample in the legend, in a group of its own."""
        return [group for group in elements(self.svg, "g") if "gnuplot_plot_" in group.get("id", "")]

    def marks(self, series):
        """What a series draws below the legend."""
        return [element for element in elements(series, "path", "polygon", "use", "circle")
                if any(y >= self.top for y in heights(element))]

    def missing(self, labels):
        """What a reader would look for in vain: labels, and marks of series."""
        texts = {"".join(text.itertext()).strip() for text in elements(self.svg, "text")}
        missing = [label for label in labels if label not in texts]
        if len(self.series()) < len(labels):
            missing.append(f"{len(labels)} series, found {len(self.series())}")
        return missing + [f"marks of {series.get('id')}" for series in self.series() if not self.marks(series)]


def plots_of(dom):
    return [Plot(svg) for svg in re.findall(r"<svg.*?</svg>", dom, re.S)]


def check_report(visit, labels):
    assert "CONSOLE" not in visit.messages, visit.messages
    assert "<script" not in visit.dom
    assert not visit.outside_addresses(), visit.outside_addresses()
    assert not visit.foreign_requests(), visit.foreign_requests()
    plots = plots_of(visit.dom)
    assert len(plots) == len(labels) > 0, (len(plots), len(labels))
    for plot, expected in zip(plots, labels):
        assert not plot.missing(expected), plot.missing(expected)


def check_that_lost_series_are_found(dom, dom_without_first_series, labels):
    lost = plots_of(dom_without_first_series)[0].missing(labels[0])
    assert labels[0][0] in lost, "a series without data passes"

    plot = plots_of(dom)[0]
    last = plot.series()[-1]
    for mark in plot.marks(last):
        strokes = re.findall("M[^M]*", mark.get("d"))
        mark.set("d", "".join(stroke for stroke in strokes if max(heights({"d": stroke})) < plot.top))
    assert any(path.get("d") for path in elements(last, "path")), "no sample in the legend is left"
    assert plot.missing(labels[0]) == [f"marks of {last.get('id')}"], "a series that shows nothing passes"


def check_that_requests_are_found(folder):
    page = folder / "loads.html"
    page.write_text('<!DOCTYPE html><link rel="icon" href="data:,">'
                    '<link rel="stylesheet" href="https://fonts.googleapis.com/css?family=Inter">'
                    '<img src="http://www.google.com/picture.png">')
    visit = Visit(page, folder)
    for host in ("fonts.googleapis.com", "www.google.com"):
        assert any(host in url for url in visit.foreign_requests()), f"a request to {host} passes"
        assert any(host in url for url in visit.outside_addresses()), f"an address at {host} passes"


def write_page(page, *options):
    """The labels of each panel."""
    run = subprocess.run([sys.argv[1], page, *options], check=True, capture_output=True, text=True)
    return [line.rstrip("\t").split("\t") for line in run.stdout.splitlines()]


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    labels = write_page(folder / "report.html")
    visit = Visit(folder / "report.html", folder)
    check_report(visit, labels)
    write_page(folder / "without.html", "empty")
    check_that_lost_series_are_found(visit.dom, (folder / "without.html").read_text(), labels)
    check_that_requests_are_found(folder)
    print(len(labels), "panels;", sorted(visit.requests))
