// SPDX-License-Identifier: BSD-3-Clause
// spinscape_make_dataset FOLDER OUT.h5 [SIZE]: reads IDX or CIFAR-10 files, resizes to SIZE x SIZE
// pixels by area averaging (default 10) and writes a data set for jobs; pixels are rounded to
// 1/255.
#include "spinscape/base/error.hpp"
#include "spinscape/store/dataset.hpp"

#include <cstdlib>
#include <iostream>
#include <string>

int main(int argc, char** argv) {
    if (argc < 3) {
        std::cerr << "usage: spinscape_make_dataset FOLDER OUT.h5 [SIZE]\n";
        return static_cast<int>(spinscape::ExitCode::usage);
    }
    try {
        auto const size = argc > 3 ? std::atol(argv[3]) : 10;
        auto data = spinscape::store::read_dataset(argv[1], size, size);
        data.name = "MNIST " + std::to_string(size) + "x" + std::to_string(size);
        data.origin =
            "The MNIST database of handwritten digits (Y. LeCun, C. Cortes, C. J. C. Burges), "
            "CC BY-SA 3.0; resized from 28x28 by area averaging, pixels rounded to 1/255";
        spinscape::store::write_dataset(argv[2], data);
        std::cout << argv[2] << ": " << data.train.count() << " + " << data.test.count()
                  << " images, " << data.inputs << " features, " << data.classes << " classes\n";
        return 0;
    } catch (spinscape::Error const& error) {
        std::cerr << "spinscape_make_dataset: " << error.what() << '\n';
        return static_cast<int>(error.code());
    }
}
