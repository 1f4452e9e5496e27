// SPDX-License-Identifier: BSD-3-Clause
// One deliberately wrong model per clause of the landscape contract. Where a defect breaks a second
// clause by necessity, the comment says why.
#include "contract/landscape_contract.hpp"
#include "spinscape/landscape/manifold.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <gmock/gmock.h>
#include <vector>

namespace spinscape {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::size_t at(index i) {
    return static_cast<std::size_t>(i);
}

/// A right model to be spoilt: f(x) = 1/n sum_k [ (a_k . u)^2 / 2 + (a_k . u)^4 / 12 ] over samples
/// a_k, u = x without its last component, on which nothing depends (a symmetry). Members are
/// overridden by name: the contract takes any type with the right members.
struct Right {
    using Real = double;
    struct Workspace {
        mutable double memory = 0;
    };
    static constexpr index n = 5, count = 12;
    std::vector<double> a = [] {
        std::vector<double> values(at(count * (n - 1)));
        Stream stream(9, Purpose::disorder, 0);
        stream.fill_normal(std::span<double>(values));
        return values;
    }();

    [[nodiscard]] index dimension() const { return n; }
    [[nodiscard]] index samples() const { return count; }
    [[nodiscard]] Workspace workspace(index) const { return {}; }
    [[nodiscard]] Flat manifold() const { return {}; }

    [[nodiscard]] double along(index k, std::span<double const> x) const {
        double sum = 0;
        for (index i = 0; i + 1 < n; ++i) sum += a[at(k * (n - 1) + i)] * x[at(i)];
        return sum;
    }
    double one(std::span<double const> x, std::span<double> g,
               std::span<std::int32_t const> rows) const {
        std::fill(g.begin(), g.end(), 0.0);
        double energy = 0;
        auto const weight = 1 / static_cast<double>(rows.size());
        for (auto const k : rows) {
            double const z = along(k, x);
            energy += weight * (z * z / 2 + z * z * z * z / 12);
            for (index i = 0; i + 1 < n; ++i)
                g[at(i)] += weight * (z + z * z * z / 3) * a[at(k * (n - 1) + i)];
        }
        return energy;
    }
    [[nodiscard]] static std::vector<std::int32_t> all() {
        std::vector<std::int32_t> rows;
        for (std::int32_t k = 0; k < count; ++k) rows.push_back(k);
        return rows;
    }
    void value(BatchView<double const> x, std::span<double> e, Workspace&) const {
        std::vector<double> g(at(n));
        for (index r = 0; r < x.replicas(); ++r) e[at(r)] = one(x[r], g, all());
    }
    void value_and_gradient(BatchView<double const> x, std::span<double> e, BatchView<double> g,
                            Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r) e[at(r)] = one(x[r], g[r], all());
    }
    void minibatch_value_and_gradient(BatchView<double const> x, BatchView<std::int32_t const> rows,
                                      std::span<double> e, BatchView<double> g, Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r) e[at(r)] = one(x[r], g[r], rows[r]);
    }
    void hessian_times(BatchView<double const> x, BatchView<double const> v, BatchView<double> Hv,
                       Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r) {
            std::fill(Hv[r].begin(), Hv[r].end(), 0.0);
            for (index k = 0; k < count; ++k) {
                double const z = along(k, x[r]), w = along(k, v[r]);
                for (index i = 0; i + 1 < n; ++i)
                    Hv[r][at(i)] += (1 + z * z) * w * a[at(k * (n - 1) + i)] / count;
            }
        }
    }
    void dense_hessian(std::span<double const> x, std::span<double> H, Workspace& work) const {
        std::vector<double> unit(at(n));
        for (index i = 0; i < n; ++i) {
            std::fill(unit.begin(), unit.end(), 0.0);
            unit[at(i)] = 1;
            hessian_times(x, std::span<double const>(unit), H.subspan(at(i * n), at(n)), work);
        }
    }
    [[nodiscard]] index symmetry_generators() const { return 1; }
    [[nodiscard]] index symmetry_nullity() const { return 1; }
    void symmetry_tangents(std::span<double const>, BatchView<double> T) const {
        std::fill(T[0].begin(), T[0].end(), 0.0);
        T[0][at(n - 1)] = 1;
    }
};

template <class Model>
std::vector<std::string> broken(Model const& f = {}) {
    Batch<double> x(f.dimension(), 3);
    for (index r = 0; r < 3; ++r) {
        Stream stream(4, Purpose::start, r);
        stream.fill_normal(x[r]);
    }
    return contract::violations(f, BatchView<double const>(x.view()));
}

TEST(Teeth, TheRightModelPasses) {
    EXPECT_THAT(broken<Right>(), IsEmpty());
}

struct OtherEnergy : Right {
    void value(BatchView<double const> x, std::span<double> e, Workspace& work) const {
        Right::value(x, e, work);
        for (index r = 0; r < x.replicas(); ++r) e[at(r)] += 1e-6;
    }
};
TEST(Teeth, EnergyDiffersBetweenValueAndFused) {
    EXPECT_THAT(broken<OtherEnergy>(), ElementsAre("value equals fused value"));
}

struct WrongFactor : Right {  // the Hessian is right for the energy, hence not for this gradient;
                              // minibatches differ too
    void value_and_gradient(BatchView<double const> x, std::span<double> e, BatchView<double> g,
                            Workspace& work) const {
        Right::value_and_gradient(x, e, g, work);
        for (index r = 0; r < x.replicas(); ++r)
            for (auto& component : g[r]) component *= 1.001;
    }
};
TEST(Teeth, GradientWithAWrongFactor) {
    EXPECT_THAT(broken<WrongFactor>(),
                ElementsAre("Hessian is the derivative of the gradient",
                            "gradient is the derivative", "minibatches average to the whole"));
}

struct WrongSign : Right {  // the same, in one component
    void value_and_gradient(BatchView<double const> x, std::span<double> e, BatchView<double> g,
                            Workspace& work) const {
        Right::value_and_gradient(x, e, g, work);
        for (index r = 0; r < x.replicas(); ++r) g[r][2] = -g[r][2];
    }
};
TEST(Teeth, GradientWithAWrongSign) {
    EXPECT_THAT(broken<WrongSign>(),
                ElementsAre("Hessian is the derivative of the gradient",
                            "gradient is the derivative", "minibatches average to the whole"));
}

struct Asymmetric : Right {  // an asymmetric product is not the derivative of a gradient
    void hessian_times(BatchView<double const> x, BatchView<double const> v, BatchView<double> Hv,
                       Workspace& work) const {
        Right::hessian_times(x, v, Hv, work);
        for (index r = 0; r < x.replicas(); ++r) Hv[r][0] += 1e-3 * v[r][1];
    }
    void dense_hessian(std::span<double const> x, std::span<double> H, Workspace& work) const {
        Right::dense_hessian(x, H, work);
        H[at(n)] += 1e-3;
    }
};
TEST(Teeth, HessianNotSymmetric) {
    EXPECT_THAT(broken<Asymmetric>(),
                ElementsAre("Hessian is the derivative of the gradient", "Hessian symmetric"));
}

struct Nonlinear : Right {  // what is not linear in v is no derivative, and not symmetric
    void hessian_times(BatchView<double const> x, BatchView<double const> v, BatchView<double> Hv,
                       Workspace& work) const {
        Right::hessian_times(x, v, Hv, work);
        for (index r = 0; r < x.replicas(); ++r) Hv[r][0] += 1e-3 * v[r][0] * v[r][0];
    }
    void dense_hessian(std::span<double const> x, std::span<double> H, Workspace& work) const {
        Right::dense_hessian(x, H, work);
        H[0] += 1e-3;
    }
};
TEST(Teeth, HessianNotLinear) {
    EXPECT_THAT(broken<Nonlinear>(), ElementsAre("Hessian is the derivative of the gradient",
                                                 "Hessian linear", "Hessian symmetric"));
}

struct OtherHessian : Right {  // symmetric and linear, but that of another function
    void hessian_times(BatchView<double const> x, BatchView<double const> v, BatchView<double> Hv,
                       Workspace& work) const {
        Right::hessian_times(x, v, Hv, work);
        for (index r = 0; r < x.replicas(); ++r)
            for (auto& component : Hv[r]) component *= 1.001;
    }
    void dense_hessian(std::span<double const> x, std::span<double> H, Workspace& work) const {
        Right::dense_hessian(x, H, work);
        for (auto& component : H) component *= 1.001;
    }
};
TEST(Teeth, HessianOfAnotherFunction) {
    EXPECT_THAT(broken<OtherHessian>(), ElementsAre("Hessian is the derivative of the gradient"));
}

struct WrongBlock : Right {
    void dense_hessian(std::span<double const> x, std::span<double> H, Workspace& work) const {
        Right::dense_hessian(x, H, work);
        H[1] = -H[1];
        H[at(n)] = -H[at(n)];
    }
};
TEST(Teeth, DenseHessianWithAWrongBlock) {
    EXPECT_THAT(broken<WrongBlock>(), ElementsAre("dense Hessian equals products"));
}

struct LaneLeak : Right {
    void value_and_gradient(BatchView<double const> x, std::span<double> e, BatchView<double> g,
                            Workspace& work) const {
        Right::value_and_gradient(x, e, g, work);
        for (index r = 1; r < x.replicas(); ++r) g[r][0] += 1e-14 * x[r - 1][0];
    }
};
TEST(Teeth, ReplicaSeesItsNeighbour) {
    EXPECT_THAT(broken<LaneLeak>(), ElementsAre("replicas independent"));
}

struct HessianLeak : Right {
    void hessian_times(BatchView<double const> x, BatchView<double const> v, BatchView<double> Hv,
                       Workspace& work) const {
        Right::hessian_times(x, v, Hv, work);
        for (index r = 1; r < x.replicas(); ++r) Hv[r][0] += 1e-14 * x[r - 1][0];
    }
};
TEST(Teeth, HessianProductSeesItsNeighbour) {
    EXPECT_THAT(broken<HessianLeak>(), ElementsAre("replicas independent"));
}

struct MinibatchLeak : Right {
    void minibatch_value_and_gradient(BatchView<double const> x, BatchView<std::int32_t const> rows,
                                      std::span<double> e, BatchView<double> g,
                                      Workspace& work) const {
        Right::minibatch_value_and_gradient(x, rows, e, g, work);
        for (index r = 1; r < x.replicas(); ++r) g[r][0] += 1e-14 * x[r - 1][0];
    }
};
TEST(Teeth, MinibatchSeesItsNeighbour) {
    EXPECT_THAT(broken<MinibatchLeak>(), ElementsAre("replicas independent"));
}

struct Scribbler : Right {
    void value_and_gradient(BatchView<double const> x, std::span<double> e, BatchView<double> g,
                            Workspace& work) const {
        Right::value_and_gradient(x, e, g, work);
        const_cast<double&>(x[0][at(n - 1)]) += 1;  // the component on which nothing depends
    }
};
TEST(Teeth, InputModified) {
    EXPECT_THAT(broken<Scribbler>(), ElementsAre("input untouched"));
}

struct HessianScribbler : Right {
    void hessian_times(BatchView<double const> x, BatchView<double const> v, BatchView<double> Hv,
                       Workspace& work) const {
        Right::hessian_times(x, v, Hv, work);
        const_cast<double&>(x[0][at(n - 1)]) += 1;
    }
};
TEST(Teeth, InputModifiedByHessianProduct) {
    EXPECT_THAT(broken<HessianScribbler>(), ElementsAre("input untouched"));
}

struct SumInsteadOfMean : Right {
    void minibatch_value_and_gradient(BatchView<double const> x, BatchView<std::int32_t const> rows,
                                      std::span<double> e, BatchView<double> g,
                                      Workspace& work) const {
        Right::minibatch_value_and_gradient(x, rows, e, g, work);
        for (index r = 0; r < x.replicas(); ++r)
            for (auto& component : g[r]) component *= static_cast<double>(rows.dimension());
    }
};
TEST(Teeth, MinibatchWronglyNormalised) {
    EXPECT_THAT(broken<SumInsteadOfMean>(), ElementsAre("minibatches average to the whole"));
}

struct WrongSymmetry : Right {
    void symmetry_tangents(std::span<double const>, BatchView<double> T) const {
        std::fill(T[0].begin(), T[0].end(), 0.0);
        T[0][0] = 1;
    }
};
TEST(Teeth, SymmetryThatIsNone) {
    EXPECT_THAT(broken<WrongSymmetry>(), ElementsAre("symmetry leaves the value"));
}

struct DependentSymmetries : Right {
    [[nodiscard]] index symmetry_generators() const { return 2; }
    [[nodiscard]] index symmetry_nullity() const { return 2; }
    void symmetry_tangents(std::span<double const> x, BatchView<double> T) const {
        Right::symmetry_tangents(x, T.slice(0, 1));
        Right::symmetry_tangents(x, T.slice(1, 1));
    }
};
TEST(Teeth, SymmetriesCountedTwice) {
    EXPECT_THAT(broken<DependentSymmetries>(), ElementsAre("symmetries independent"));
}

struct SlopingSphere : Sphere {
    template <class Real>
    void project(std::span<Real const> x, std::span<Real> v) const {
        std::vector<Real> tangent(v.begin(), v.end());
        Sphere::project(x, std::span<Real>(tangent));
        for (std::size_t i = 0; i < v.size(); ++i)
            v[i] = static_cast<Real>(0.9 * tangent[i] + 0.1 * v[i]);
    }
};
struct NotTangent : Right {
    [[nodiscard]] SlopingSphere manifold() const { return {{static_cast<double>(n)}}; }
};
TEST(Teeth, ProjectionNotTangent) {
    EXPECT_THAT(broken<NotTangent>(), ElementsAre("projection is tangent"));
}

struct Zero : Right {  // nothing to check: every comparison would be 0 = 0
    void value(BatchView<double const> x, std::span<double> e, Workspace&) const {
        std::fill_n(e.begin(), x.replicas(), 0.0);
    }
    void value_and_gradient(BatchView<double const> x, std::span<double> e, BatchView<double> g,
                            Workspace& work) const {
        value(x, e, work);
        for (index r = 0; r < x.replicas(); ++r) std::fill(g[r].begin(), g[r].end(), 0.0);
    }
    void minibatch_value_and_gradient(BatchView<double const> x, BatchView<std::int32_t const>,
                                      std::span<double> e, BatchView<double> g,
                                      Workspace& work) const {
        value_and_gradient(x, e, g, work);
    }
    void hessian_times(BatchView<double const> x, BatchView<double const>, BatchView<double> Hv,
                       Workspace&) const {
        for (index r = 0; r < x.replicas(); ++r) std::fill(Hv[r].begin(), Hv[r].end(), 0.0);
    }
    void dense_hessian(std::span<double const>, std::span<double> H, Workspace&) const {
        std::fill(H.begin(), H.end(), 0.0);
    }
};
TEST(Teeth, ZeroFunction) {
    EXPECT_THAT(broken<Zero>(), ElementsAre("not zero everywhere"));
}

struct NotANumber : Right {
    void value_and_gradient(BatchView<double const> x, std::span<double> e, BatchView<double> g,
                            Workspace& work) const {
        Right::value_and_gradient(x, e, g, work);
        for (index r = 0; r < x.replicas(); ++r) g[r][0] = std::nan("");
    }
};
TEST(Teeth, NaNIsNoGradient) {
    EXPECT_THAT(broken<NotANumber>(), testing::Contains("gradient is the derivative"));
}

}  // namespace
}  // namespace spinscape
