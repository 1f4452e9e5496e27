# SPDX-License-Identifier: BSD-3-Clause
"""Every rule of structure.py bites: a clean tree passes, one planted violation each is found."""
import tempfile
import unittest
from pathlib import Path

import structure

SPDX = "// SPDX-License-Identifier: BSD-3-Clause\n"
HEADER = SPDX + "#pragma once\n"


def include(name):
    return f'#include "{name}"\n' if name.startswith("spinscape/") or "/" not in name \
        else f"#include <{name}>\n"


CLEAN = {
    "include/spinscape/base/types.hpp": HEADER,
    "include/spinscape/landscape/model.hpp": HEADER + include("spinscape/base/types.hpp"),
    "src/landscape/model.cpp": SPDX + include("spinscape/landscape/model.hpp")
                               + "// std::cout, MPI_COMM_WORLD in a comment\n",
    "src/parallel/world.cpp": SPDX + "#include <mpi.h>\nauto ranks = MPI_COMM_WORLD;\n",
    "src/store/tree.cpp": SPDX + "#include <hdf5.h>\n#include <fmt/format.h>\n",
    "src/app/main.cpp": SPDX + include("spinscape/landscape/model.hpp") + "auto& o = std::cout;\n",
    "tests/base/types_test.cpp": SPDX + include("spinscape/base/types.hpp"),
}


class Rules(unittest.TestCase):
    def found(self, planted):
        with tempfile.TemporaryDirectory() as top:
            for path, text in {**CLEAN, **planted}.items():
                file = Path(top) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text, encoding="utf-8")
            return structure.violations(top)[0]

    def bites(self, path, text, message):
        found = self.found({path: text})
        self.assertEqual(len(found), 1, found)
        self.assertIn(message, found[0])

    def test_a_clean_tree_passes(self):
        self.assertEqual(self.found({}), [])

    def test_every_layer_is_kept_from_what_it_must_not_include(self):
        for layer, allowed in structure.LAYERS.items():
            for other in structure.LAYERS:
                text = HEADER + include(f"spinscape/{other}/thing.hpp")
                found = self.found({f"include/spinscape/{layer}/planted.hpp": text})
                self.assertEqual(bool(found), other != layer and other not in allowed,
                                 (layer, other, found))

    def test_sources_obey_the_layers_too(self):
        self.bites("src/landscape/planted.cpp", SPDX + include("spinscape/study/study.hpp"),
                   "layer landscape must not include spinscape/study/study.hpp")
        self.bites("src/theory/planted.cpp", SPDX + include("spinscape/landscape/model.hpp"),
                   "layer theory must not include")

    def test_no_way_round_the_layers(self):
        self.bites("src/base/planted.cpp", SPDX + '#include "../study/secret.hpp"\n', "leaves")
        self.bites("src/shadow/planted.cpp", SPDX, "not in the table")

    def test_mpi_in_parallel_only(self):
        for name in ("mpi.h", "boost/mpi.hpp", "boost/mpi/communicator.hpp"):
            for path in ("src/study/planted.cpp", "src/app/planted.cpp"):
                self.bites(path, SPDX + f"#include <{name}>\n", "src/parallel only")

    def test_hdf5_in_store_only(self):
        for name in ("hdf5.h", "hdf5_hl.h", "H5Cpp.h"):
            self.bites("src/report/planted.cpp", SPDX + f"# include <{name}>\n", "src/store only")

    def test_blas_in_linalg_only(self):
        self.bites("src/landscape/planted.cpp", SPDX + "#include <cblas.h>\n", "src/linalg only")

    def test_no_library_in_public_headers(self):
        for name in ("toml++/toml.h", "CLI/CLI.hpp", "spdlog/spdlog.h", "nlohmann/json.hpp",
                     "fmt/format.h", "boost/mpi.hpp", "hdf5.h", "mpi.h", "cblas.h",
                     "Random123/philox.h", "zlib.h"):
            self.bites("include/spinscape/study/planted.hpp", HEADER + f"#include <{name}>\n",
                       "only")

    def test_no_cycles(self):
        a, b = "include/spinscape/base/a.hpp", "include/spinscape/base/b.hpp"
        found = self.found({a: HEADER + include("spinscape/base/b.hpp"),
                            b: HEADER + include("spinscape/base/a.hpp")})
        self.assertEqual(found, [f"include cycle: {a} -> {b} -> {a}"])
        self.bites("src/base/own.hpp", HEADER + include("own.hpp"), "include cycle")

    def test_one_place_for_the_world_communicator(self):
        self.bites("src/parallel/second.cpp", SPDX + "auto all = MPI_COMM_WORLD;\n",
                   "MPI_COMM_WORLD in 2 files")

    def test_no_printing(self):
        self.bites("src/study/planted.cpp", SPDX + "void f() { std::cout << 1; }\n", "std::cout")
        self.bites("include/spinscape/app/planted.hpp", HEADER + "auto& o = std::cout;\n",
                   "std::cout")

    def test_references(self):
        good = "@book{A2000,\n  year = {2000}\n}\n@book{B2001,\n  year = {2001}\n}\n"
        cites = {"src/studies/planted.cpp": SPDX + 'Claim c{.source = "B2001"};\n'}
        self.assertEqual(self.found({"references.bib": good, **cites}), [])
        self.bites("references.bib", good.replace("}\n@book{B", "@book{B"), "begins within another")
        self.bites("references.bib", good.replace("B2001", "A2000"), "is there twice")
        self.assertIn("B2001 is not in references.bib",
                      self.found({"references.bib": good.replace("B2001", "C2002"), **cites})[0])

    def test_own_header_comes_first(self):
        header = "include/spinscape/base/planted.hpp"
        source = "src/base/planted.cpp"
        own = include("spinscape/base/planted.hpp")
        self.assertEqual(self.found({header: HEADER, source: SPDX + own}), [])
        found = self.found({header: HEADER, source: SPDX + "#include <cmath>\n" + own})
        self.assertEqual(found, [f"{source}: the first include must be spinscape/base/planted.hpp"])

    def test_length(self):
        self.assertEqual(self.found({"src/base/planted.cpp": SPDX + "\n" * 499}), [])
        self.bites("src/base/planted.cpp", SPDX + "\n" * 500, "501 lines")

    def test_licence_on_the_first_line(self):
        self.bites("src/base/planted.cpp", "\n" + SPDX, "SPDX")
        self.bites("tests/base/planted_test.cpp", "", "SPDX")

    def test_pragma_once(self):
        self.bites("src/base/planted.hpp", SPDX, "#pragma once")

    def test_no_tabs(self):
        self.bites("src/base/planted.cpp", SPDX + "\tint x;\n", "tabs")


if __name__ == "__main__":
    unittest.main()
