// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/base/error.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace spinscape {

/// Puts plain values one after another, as they are in memory: for journals and checkpoints, which
/// are read back by the same program on the same kind of machine.
class ByteWriter {
public:
    template <class T>
    void put(T const& value) {
        static_assert(std::is_trivially_copyable_v<T>);
        bytes_.append(reinterpret_cast<char const*>(&value), sizeof value);
    }
    template <class T>
    void put_all(std::span<T const> values) {
        static_assert(std::is_trivially_copyable_v<T>);
        put(static_cast<std::uint64_t>(values.size()));
        bytes_.append(reinterpret_cast<char const*>(values.data()), values.size_bytes());
    }
    void put_text(std::string_view text) { put_all(std::span<char const>(text)); }

    [[nodiscard]] std::string const& bytes() const { return bytes_; }

private:
    std::string bytes_;
};

/// Takes them out again in the same order. Throws Error(bad_input) where there are too few bytes,
/// or other lengths than expected.
class ByteReader {
public:
    explicit ByteReader(std::string_view bytes) : left_(bytes) {}

    template <class T>
    T get() {
        static_assert(std::is_trivially_copyable_v<T>);
        T value;
        std::copy_n(take(sizeof value), sizeof value, reinterpret_cast<char*>(&value));
        return value;
    }
    template <class T>
    std::vector<T> get_all() {
        auto const size = get<std::uint64_t>();
        if (size > left_.size() / sizeof(T)) fail();
        std::vector<T> values(size);
        std::copy_n(take(size * sizeof(T)), size * sizeof(T),
                    reinterpret_cast<char*>(values.data()));
        return values;
    }
    /// Into place: as many values as were put, or Error.
    template <class T>
    void get_into(std::span<T> values) {
        if (get<std::uint64_t>() != values.size()) fail();
        std::copy_n(take(values.size_bytes()), values.size_bytes(),
                    reinterpret_cast<char*>(values.data()));
    }
    std::string get_text() {
        auto const characters = get_all<char>();
        return {characters.begin(), characters.end()};
    }
    [[nodiscard]] bool at_end() const { return left_.empty(); }

private:
    char const* take(std::size_t count) {
        if (count > left_.size()) fail();
        auto const* first = left_.data();
        left_.remove_prefix(count);
        return first;
    }
    [[noreturn]] static void fail() {
        throw Error(ExitCode::bad_input, "the bytes of a saved state do not fit what is read");
    }

    std::string_view left_;
};

}  // namespace spinscape
