// SPDX-License-Identifier: BSD-3-Clause
#pragma once

#include "spinscape/store/tree.hpp"

#include <string>
#include <string_view>

/// The parts of the page; each is empty if the file has nothing for it.
namespace spinscape::report {

std::string heading_section(store::Group const& result);
std::string figures_section(store::Group const& result);
std::string claims_section(store::Group const& result);
std::string summary_section(store::Group const& result);
std::string reproduce_section(store::Group const& result);
std::string provenance_section(store::Group const& result);
std::string sources_section(store::Group const& result);

/// Four significant digits unless told, a proper minus sign, an en dash for NaN.
std::string number_text(double value, int digits = 4);
/// "value ± error": two digits of the error, and as many decimals of the value.
std::string measured_text(double value, double error);
/// An attribute as text, lists separated by commas; empty if absent.
std::string text_of(store::Attribute const* attribute);
/// Error(bad_input) if the root has no such attribute.
std::string required_text(store::Group const& result, std::string_view name);

}  // namespace spinscape::report
