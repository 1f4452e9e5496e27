// SPDX-License-Identifier: BSD-3-Clause
// A dot marks the derivative along the direction v in parameter space: z_dot_l = a_{l-1} V_l + v_l
// + a_dot_{l-1} W_l, a_dot_l = phi'(z_l) z_dot_l, and for the slopes s_l = d loss / d z_l back down
//   s_dot_{l-1} = phi'(z) (s_dot_l W_l^T + s_l V_l^T) + phi''(z) z_dot_{l-1} d loss / d a_{l-1}.
// The Gauss-Newton part is what comes from s_dot_L = (d^2 loss / dz^2) z_dot_L alone.
#include "spinscape/landscape/prepared_hessian.hpp"

#include "dense_kernels.hpp"
#include "elementwise.hpp"
#include "second_derivatives.hpp"
#include "sparse_kernels.hpp"
#include "spinscape/base/contract.hpp"
#include "spinscape/base/multiversion.hpp"

#include <algorithm>

namespace spinscape {

using kernels::padded;

namespace {

std::vector<double const*> row_pointers(Batch<double> const& values, index columns) {
    std::vector<double const*> rows;
    for (index at = 0; at < values.dimension(); at += columns)
        rows.push_back(values.view().data() + at);
    return rows;
}

/// z_dot <- scale (p z_dot - p (p . z_dot)) in each row: d^2 loss / dz^2 of cross-entropy.
SPINSCAPE_INLINE void softmax_curvature_body(index rows, index columns, double scale,
                                             double const* p, double* z_dot) {
    for (index m = 0; m < rows; ++m, p += columns, z_dot += columns) {
        double mean = 0;
#pragma omp simd reduction(+ : mean)
        for (index c = 0; c < columns; ++c) mean += p[c] * z_dot[c];
#pragma omp simd
        for (index c = 0; c < columns; ++c) z_dot[c] = scale * p[c] * (z_dot[c] - mean);
    }
}

void softmax_curvature(index rows, index columns, double scale, double const* p, double* z_dot) {
    multiversion<softmax_curvature_body>(rows, columns, scale, p, z_dot);
}

}  // namespace

struct PreparedHessian::SparseInputs {
    kernels::SparseRows rows;
    kernels::SparseRows columns;  ///< of the transposed chunks, one after the other
};

PreparedHessian::PreparedHessian(Network<double> const& network, std::span<double const> x,
                                 std::span<std::int32_t const> samples)
    : network_(network),
      count_(samples.empty() ? network.samples() : std::ssize(samples)),
      point_(network.packed_dimension(), 1),
      tangent_(network.packed_dimension(), 1),
      product_(network.packed_dimension(), 1),
      gradient_(network.packed_dimension(), 1) {
    SPINSCAPE_EXPECT(std::ssize(x) == dimension());
    auto const phi = network_.architecture().activation;
    curved_ = phi == Activation::tanh || phi == Activation::sigmoid || phi == Activation::softplus;
    for (index m = 0; m < count_; ++m) {
        auto const sample = samples.empty() ? m : samples[static_cast<std::size_t>(m)];
        inputs_.push_back(network_.features(sample));
        labels_.push_back(network_.data_->labels.data() + sample);
    }
    network_.pack(x, point_[0]);
    find_zeros();
    allocate();
    for (index first = 0; first < count_; first += chunk)
        prepare(first, std::min(chunk, count_ - first));
    value_ /= static_cast<double>(count_);
}

void PreparedHessian::allocate() {
    auto const& shapes = network_.layers_;
    index widest = 0;
    for (std::size_t l = 0; l < shapes.size(); ++l) {
        bool const first = l == 0, last = l + 1 == shapes.size();
        Layer layer{.inputs = shapes[l].inputs,
                    .units = shapes[l].outputs,
                    .columns = padded<double>(shapes[l].outputs)};
        auto const all = count_ * layer.columns, part = std::min(chunk, count_) * layer.columns;
        if (!last) layer.activation = Batch<double>(all, 1);
        if (last || !first) layer.slope = Batch<double>(all, 1);
        if (!last && curved_) layer.bend = Batch<double>(all, 1);
        if (!last && curved_) layer.z_dot = Batch<double>(part, 1);
        layer.activation_dot = Batch<double>(part, 1);
        layer.slope_dot = Batch<double>(part, 1);
        layer.activation_rows = row_pointers(layer.activation, layer.columns);
        layer.slope_rows = row_pointers(layer.slope, layer.columns);
        layer.activation_dot_rows = row_pointers(layer.activation_dot, layer.columns);
        layer.slope_dot_rows = row_pointers(layer.slope_dot, layer.columns);
        if (!first) {
            auto const size = layer.columns * padded<double>(layer.inputs);
            layer.transposed = Batch<double>(size, 1);
            layer.transposed_dot = Batch<double>(size, 1);
        }
        widest = std::max({widest, layer.columns, padded<double>(layer.inputs)});
        layers_.push_back(std::move(layer));
        if (!first)
            kernels::transpose(shapes[l].inputs, shapes[l].outputs, weights(l, point_),
                               layers_[l].transposed.view().data());
    }
    if (network_.architecture().loss == Loss::cross_entropy)
        probabilities_ = Batch<double>(count_ * layers_.back().columns, 1);
    zero_ = Batch<double>(widest, 1);
}

double* PreparedHessian::weights(std::size_t l, Batch<double>& packed) const {
    return packed.view().data() + network_.packing_.layers[l].weights;
}

double* PreparedHessian::bias(std::size_t l, Batch<double>& packed) const {
    return packed.view().data() + network_.packing_.layers[l].bias;
}

/// Rows of a_{l-1} from sample `first` on.
double const* const* PreparedHessian::below(std::size_t l, index first) const {
    return (l == 0 ? inputs_.data() : layers_[l - 1].activation_rows.data()) + first;
}

/// The sparse product gives each multiply-add at about four fifths of the dense one's rate, and
/// takes twelve bytes for each number instead of eight.
void PreparedHessian::find_zeros() {
    constexpr double most = 0.6;
    auto const inner = network_.architecture().inputs;
    auto sparse = std::make_shared<SparseInputs>();
    for (index first = 0; first < count_; first += chunk) {
        auto const count = std::min(chunk, count_ - first);
        std::span const rows(below(0, first), static_cast<std::size_t>(count));
        kernels::append(sparse->rows, rows, inner);
        kernels::append_transposed(sparse->columns, rows, inner);
        auto const seen = static_cast<double>((first + count) * inner);
        if (static_cast<double>(sparse->rows.value.size()) > most * seen) return;
    }
    sparse_ = std::move(sparse);
}

/// z <- initial + a_{l-1} W.
void PreparedHessian::times_inputs(std::size_t l, index first, index count, double const* W,
                                   double const* initial, double* z) {
    auto const& layer = layers_[l];
    if (l == 0 && sparse_)
        kernels::multiply(sparse_->rows, first, count, layer.columns, W, initial, z);
    else
        kernels::multiply(count, layer.inputs, layer.columns, below(l, first), W, initial, z);
}

/// W <- a_{l-1}^T slope, added to W after the first chunk.
void PreparedHessian::times_inputs_transposed(std::size_t l, index first, index count,
                                              double const* slope, double* W) {
    auto const& layer = layers_[l];
    if (l == 0 && sparse_)
        kernels::multiply(sparse_->columns, first / chunk * layer.inputs, layer.inputs,
                          layer.columns, slope, first == 0 ? zero_.view().data() : nullptr, W);
    else
        kernels::multiply_transposed(count, layer.inputs, layer.columns, below(l, first), slope,
                                     first == 0 ? kernels::Into::replace : kernels::Into::add, W);
}

/// Keeps activations, slopes, softmax and bends of a chunk of samples; adds to value and gradient.
void PreparedHessian::prepare(index first, index count) {
    auto const& architecture = network_.architecture();
    auto const scale = 1 / static_cast<double>(count_);
    auto const into = first == 0 ? kernels::Into::replace : kernels::Into::add;
    auto const top = layers_.size() - 1;
    for (std::size_t l = 0; l <= top; ++l) {
        auto& layer = layers_[l];
        double* z = (l == top ? layer.slope : layer.activation).view().data();
        z += first * layer.columns;
        times_inputs(l, first, count, weights(l, point_), bias(l, point_), z);
        if (l < top)
            kernels::activate(architecture.activation, architecture.leak, z, count * layer.columns);
    }
    auto const columns = layers_[top].columns;
    double* slope = layers_[top].slope.view().data() + first * columns;
    value_ += kernels::loss_and_slope(architecture.loss, count, architecture.outputs, columns,
                                      labels_.data() + first, scale, slope);
    if (architecture.loss == Loss::cross_entropy) {
        double* p = probabilities_.view().data() + first * columns;
        for (index i = 0; i < count * columns; ++i) p[i] = slope[i] / scale;
        for (index m = 0; m < count; ++m)
            p[m * columns + *labels_[static_cast<std::size_t>(first + m)]] += 1;
    }
    for (auto l = top;; --l) {
        auto& layer = layers_[l];
        times_inputs_transposed(l, first, count, slope, weights(l, gradient_));
        kernels::sum_rows(count, layer.columns, slope, into, bias(l, gradient_));
        if (l == 0) break;
        auto& lower = layers_[l - 1];
        auto const n = count * lower.columns, offset = first * lower.columns;
        double const* a = lower.activation.view().data() + offset;
        // The lowest slope is needed for the gradient only: it is not kept.
        double* incoming =
            l > 1 ? lower.slope.view().data() + offset : lower.slope_dot.view().data();
        kernels::multiply(count, layer.units, lower.columns, slope_rows(l, first),
                          layer.transposed.view().data(), zero_.view().data(), incoming);
        if (curved_) {
            double* bend = lower.bend.view().data() + offset;
            kernels::curvature(architecture.activation, a, bend, n);
            for (index i = 0; i < n; ++i) bend[i] *= incoming[i];
        }
        kernels::multiply_slope(architecture.activation, architecture.leak, a, incoming, n);
        slope = incoming;
    }
}

void PreparedHessian::gradient(std::span<double> out_g) const {
    network_.unpack(gradient_[0], out_g);
}

void PreparedHessian::times(Part part, std::span<double const> v, std::span<double> out) {
    network_.pack(v, tangent_[0]);
    for (std::size_t l = 1; l < layers_.size(); ++l)
        kernels::transpose(layers_[l].inputs, layers_[l].units, weights(l, tangent_),
                           layers_[l].transposed_dot.view().data());
    for (index first = 0; first < count_; first += chunk) {
        auto const count = std::min(chunk, count_ - first);
        forward_along(part, first, count);
        backward_along(part, first, count);
    }
    network_.unpack(product_[0], out);
}

/// Up to s_dot of the outputs.
void PreparedHessian::forward_along(Part part, index first, index count) {
    auto const& architecture = network_.architecture();
    auto const top = layers_.size() - 1;
    for (std::size_t l = 0; l <= top; ++l) {
        auto& layer = layers_[l];
        auto const n = count * layer.columns;
        if (l == top && part == Part::rest) {
            std::fill_n(layer.slope_dot.view().data(), n, 0.0);
            return;
        }
        // Only bends want z_dot itself.
        auto& result = l == top ? layer.slope_dot : curved_ ? layer.z_dot : layer.activation_dot;
        double* const z_dot = result.view().data();
        times_inputs(l, first, count, weights(l, tangent_), bias(l, tangent_), z_dot);
        if (l > 0)
            kernels::multiply(count, layer.inputs, layer.columns,
                              layers_[l - 1].activation_dot_rows.data(), weights(l, point_),
                              nullptr, z_dot);
        if (l < top) {
            double* const a_dot = layer.activation_dot.view().data();
            if (curved_) std::copy_n(z_dot, n, a_dot);
            kernels::multiply_slope(architecture.activation, architecture.leak,
                                    layer.activation.view().data() + first * layer.columns, a_dot,
                                    n);
        }
    }
    auto& last = layers_[top];
    auto const offset = first * last.columns;
    auto const scale = 1 / static_cast<double>(count_);
    switch (architecture.loss) {
        case Loss::cross_entropy:
            softmax_curvature(count, last.columns, scale, probabilities_.view().data() + offset,
                              last.slope_dot.view().data());
            break;
        case Loss::squared:
            for (index i = 0; i < count * last.columns; ++i)
                last.slope_dot.view().data()[i] *= scale;
            break;
        case Loss::hinge:  // piecewise linear
            std::fill_n(last.slope_dot.view().data(), count * last.columns, 0.0);
            break;
    }
}

void PreparedHessian::backward_along(Part part, index first, index count) {
    auto const& architecture = network_.architecture();
    auto const into = first == 0 ? kernels::Into::replace : kernels::Into::add;
    bool const with_rest = part != Part::gauss_newton;
    for (auto l = layers_.size() - 1;; --l) {
        auto& layer = layers_[l];
        double const* const slope_dot = layer.slope_dot.view().data();
        times_inputs_transposed(l, first, count, slope_dot, weights(l, product_));
        kernels::sum_rows(count, layer.columns, slope_dot, into, bias(l, product_));
        if (l == 0) return;
        auto& lower = layers_[l - 1];
        if (with_rest)
            kernels::multiply_transposed(count, layer.inputs, layer.columns,
                                         lower.activation_dot_rows.data(), *slope_rows(l, first),
                                         kernels::Into::add, weights(l, product_));
        double* const below_dot = lower.slope_dot.view().data();
        kernels::multiply(count, layer.units, lower.columns, layer.slope_dot_rows.data(),
                          layer.transposed.view().data(), zero_.view().data(), below_dot);
        if (with_rest)
            kernels::multiply(count, layer.units, lower.columns, slope_rows(l, first),
                              layer.transposed_dot.view().data(), nullptr, below_dot);
        auto const n = count * lower.columns, offset = first * lower.columns;
        kernels::multiply_slope(architecture.activation, architecture.leak,
                                lower.activation.view().data() + offset, below_dot, n);
        if (with_rest && curved_) {
            double const *bend = lower.bend.view().data() + offset,
                         *z_dot = lower.z_dot.view().data();
            for (index i = 0; i < n; ++i) below_dot[i] += bend[i] * z_dot[i];
        }
    }
}

void PreparedHessian::dense(Part part, std::span<double> out_H) {
    auto const n = dimension();
    SPINSCAPE_EXPECT(std::ssize(out_H) == n * n);
    std::vector<double> axis(static_cast<std::size_t>(n));
    for (index i = 0; i < n; ++i) {
        axis[static_cast<std::size_t>(i)] = 1;
        times(part, axis, out_H.subspan(static_cast<std::size_t>(i * n), axis.size()));
        axis[static_cast<std::size_t>(i)] = 0;
    }
}

double PreparedHessian::memory_bytes(Architecture const& architecture, index samples) {
    double numbers = 2 + 2 * static_cast<double>(padded<double>(architecture.outputs));
    numbers += 2 * static_cast<double>(architecture.inputs);  // at most, if they are sparse
    for (index const width : architecture.hidden)
        numbers += 4 * static_cast<double>(padded<double>(width));
    return static_cast<double>(samples) * numbers * sizeof(double);
}

}  // namespace spinscape
