#include "config/table_file.hpp"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "base/text.hpp"
#include "config/toml_value.hpp"

namespace qke {
namespace {

[[noreturn]] void fail(const std::string& problem) { throw std::runtime_error(problem); }

// Whether there are two numbers or all; two are completed.
bool complete(std::vector<double>& numbers, const TableOption& table) {
  if (numbers.size() == 2) numbers.resize(table.columns.size(), numbers.back());
  return numbers.size() == table.columns.size();
}

std::optional<std::vector<double>> row_of(const toml::node& node, const TableOption& table) {
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  std::vector<double> numbers;
  for (const auto& item : *array) {
    const auto number = as_real(item);
    if (!number) return std::nullopt;
    numbers.push_back(*number);
  }
  if (!complete(numbers, table)) return std::nullopt;
  return numbers;
}

double number_of(const std::string& word, const std::string& line) {
  double value = 0.0;
  const char* const end = word.data() + word.size();
  const auto [rest, error] = std::from_chars(word.data(), end, value);
  if (error == std::errc() && rest == end) return value;
  fail("has " + shown("'" + word + "'") + " in line " + line +
       " (it is no number). Write numbers as 1.05 or 1e-3, and # before comments.");
}

std::vector<double> row_of(std::string text, const std::string& line, const TableOption& table) {
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == ',' || c == '\t' || c == '\r'; }, ' ');
  std::vector<double> numbers;
  std::istringstream words(text);
  for (std::string word; words >> word;) numbers.push_back(number_of(word, line));
  const std::size_t columns = numbers.size();
  if (!complete(numbers, table)) {
    fail("has " + std::to_string(columns) + " columns in line " + line +
         " (expected: " + joined(table.columns, " ") + ", or the first two, the second for all). Give " +
         std::to_string(table.columns.size()) + " or 2.");
  }
  return numbers;
}

constexpr std::size_t largest_file = 1 << 20;  // bytes

std::string text_of(const std::filesystem::path& file) {
  std::error_code status;
  if (!std::filesystem::exists(file, status)) {
    fail(
        "is not found (no file '" + file.string() +
        "'; names are relative to the folder of the configuration, those of --set to the working directory). "
        "Check the name.");
  }
  if (!std::filesystem::is_regular_file(file, status)) {
    fail("is no file ('" + file.string() + "' is a directory or a device). Name a file.");
  }
  if (std::filesystem::file_size(file, status) > largest_file) {
    fail("is larger than 1 MB (no table of this kind is). Check the name.");
  }
  std::ifstream stream(file, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(stream), {});
  if (!stream) fail("cannot be read (no permission, or a failing device). Check its permissions.");
  return text;
}

}  // namespace

std::optional<TableRows> as_table(const toml::node& node, const TableOption& table) {
  const auto* array = node.as_array();
  if (array == nullptr) return std::nullopt;
  TableRows rows;
  for (const auto& item : *array) {
    const auto row = row_of(item, table);
    if (!row) return std::nullopt;
    rows.push_back(*row);
  }
  return rows;
}

TableRows read_table(const std::filesystem::path& file, const TableOption& table) {
  std::istringstream lines(text_of(file));
  TableRows rows;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const auto first = line.find_first_not_of(" \t\r");
    if (first == std::string::npos || line[first] == '#') continue;
    rows.push_back(row_of(line, std::to_string(number), table));
  }
  if (rows.empty()) {
    fail("has no rows (every line is empty or a comment). Write rows of " + joined(table.columns, " ") + ".");
  }
  return rows;
}

}  // namespace qke
