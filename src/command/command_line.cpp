// The command line as typed. The only includer of CLI11, which parses it; where it
// cannot, most of this file finds the probable meaning: a key for --set, a misspelt
// option, a value that the shell split.
#include "command/command_line.hpp"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>

#include "base/processors.hpp"
#include "base/text.hpp"
#include "config/options.hpp"
#include "config/reference.hpp"
#include "config/suggestion.hpp"
#include "qke/error.hpp"
#include "qke/run.hpp"

namespace qke {
namespace {

int parse_threads(const std::string& text) {
  int threads = 0;
  const char* end = text.data() + text.size();
  const auto result = std::from_chars(text.data(), end, threads);
  if (result.ec == std::errc() && result.ptr == end && threads >= 1 && threads <= most_threads)
    return threads;
  throw ConfigurationError("--threads " + text + " is out of range (an integer from 1 to " +
                           std::to_string(most_threads) + "). Leave it out to use all processors.");
}

std::string joined(int argument_count, const char* const* arguments) {
  std::string line;
  for (int i = 0; i < argument_count; ++i) line += (i > 0 ? " " : "") + quoted_for_shell(arguments[i]);
  return line;
}

constexpr const char* completion_topic = "words";  // --help words: for the shells' completion

struct UsageWithRequiredArgument : CLI::Formatter {
  std::string make_usage(const CLI::App*, std::string name) const override {
    return "Usage: " + name + " CONFIG.toml [OPTIONS]\n       " + name + " --help [KEY]\n";
  }
};

std::string completion_words(const CLI::App& app) {
  std::string words;
  for (const CLI::Option* option : app.get_options()) {
    if (!option->get_lnames().empty())
      words += "--" + option->get_lnames()[0] + "\t" + option->get_description() + "\n";
  }
  return words + completion_of_keys();
}

std::string help_text(const CLI::App& app, const std::string& topic) {
  if (topic == completion_topic) return completion_words(app);
  const bool is_a_configuration = std::filesystem::path(topic).extension() == ".toml";
  return topic.empty() || is_a_configuration ? app.help() : help_on(topic);
}

// A list that the shell has split at its blanks: "--set xi=[0.1," "0," "0]".
void refuse_split_value(int argument_count, const char* const* arguments) {
  for (int i = 2; i < argument_count; ++i) {
    const std::string_view first = arguments[i];
    if (std::string_view(arguments[i - 1]) != "--set") continue;
    const bool is_open = first.find('[') != first.npos && first.find(']') == first.npos;
    const bool has_no_value =
        first.find('=') == first.npos && i + 1 < argument_count && arguments[i + 1][0] == '=';
    if (!is_open && !has_no_value) continue;
    std::string whole(first);
    bool ends = false;
    for (int k = i + 1; k < argument_count && !ends && arguments[k][0] != '-'; ++k) {
      whole += " " + std::string(arguments[k]);
      ends = is_open ? whole.back() == ']' : arguments[k] != std::string_view("=");
    }
    if (!ends && is_open) whole += "]";
    throw ConfigurationError("--set " + std::string(first) +
                             ": is only a part of a value (the shell splits it at blanks). Write --set " +
                             quoted_for_shell(whole) + ".");
  }
}

// The full name of the key that a word is, with or without the section and dashes before
// it; unless `exactly`, also of the nearest key.
std::string key_meant(std::string word, bool exactly) {
  word.erase(0, word.find_first_not_of('-'));
  word.resize(std::min(word.find('='), word.size()));
  std::vector<std::string_view> names;
  std::vector<std::string> full_names;
  for (const Option& option : options()) {
    if (word == option.name || word == option.full_name()) return option.full_name();
    names.push_back(option.name);
    full_names.push_back(option.full_name());
  }
  if (exactly) return "";
  names.insert(names.end(), full_names.begin(), full_names.end());
  const std::string_view nearest = nearest_word(word, names);
  return nearest.empty() ? "" : key_meant(std::string(nearest), true);
}

// "--quiet" of "-q".
std::string option_of_letter(const CLI::App& app, char letter) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      if (name[0] == letter) return "--" + name;
    }
  }
  return "";
}

std::string nearest_option(const CLI::App& app, const std::string& word) {
  if (word.size() == 2) return option_of_letter(app, word[1]);
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return std::string(nearest_word(word.substr(0, word.find('=')), {names.begin(), names.end()}));
}

// "grid.nodes=40" of "--nodes=40", or of "--nodes" and the word after it.
std::string as_override(const std::string& key, const std::string& word, const std::string& next) {
  const auto equals = word.find('=');
  if (equals != std::string::npos) return key + word.substr(equals);
  return key + "=" + (next.empty() || next[0] == '-' ? "VALUE" : next);
}

// For the first word that the command line has no place for.
std::string remedy_for(const CLI::App& app, const std::string& word, const std::string& next) {
  const bool is_option = word.rfind("-", 0) == 0;
  std::string key = key_meant(word, true);
  const std::string option = is_option && key.empty() ? nearest_option(app, word) : "";
  if (key.empty() && is_option) key = key_meant(word, false);
  const std::string name = word.substr(0, word.find('='));
  const bool key_is_nearer =
      !key.empty() && (option.empty() || edit_distance(name, "--" + key.substr(key.find('.') + 1)) <
                                             edit_distance(name, option));
  if (key_is_nearer) return "Did you mean --set " + quoted_for_shell(as_override(key, word, next)) + "?";
  if (!option.empty()) return "Did you mean " + option + "?";
  return "See qke-decouple --help.";
}

// "--help KEY" takes no further word but a configuration, which may stand on every
// command line.
void refuse_words_beside_topic(const CLI::App& app, const std::string& topic,
                               const std::filesystem::path& configuration) {
  std::vector<std::string> words = app.remaining();
  std::error_code ignored;
  const bool is_a_configuration =
      configuration.extension() == ".toml" || std::filesystem::exists(configuration, ignored);
  if (!is_a_configuration) words.insert(words.begin(), configuration.string());
  for (const std::string& word : words) {
    if (topic.empty() || word.empty() || word[0] == '-') continue;
    throw ConfigurationError("bad command line (no place for " + word +
                             ", as --help explains one key or section). Write --help " +
                             quoted_for_shell(topic) + ".");
  }
}

[[noreturn]] void refuse(const CLI::App& app, const CLI::ParseError& error, int argument_count,
                         const char* const* arguments) {
  const std::vector<std::string> left = app.remaining();
  for (int i = 1; i < argument_count; ++i) {
    const std::string word = arguments[i], next = i + 1 < argument_count ? arguments[i + 1] : "";
    if (std::find(left.begin(), left.end(), word) == left.end()) continue;
    const bool is_option = word.rfind("-", 0) == 0;
    throw ConfigurationError("bad command line (" + std::string(is_option ? "no option " : "no place for ") +
                             word + (is_option ? "" : ", as one configuration is given") + "). " +
                             remedy_for(app, word, next));
  }
  throw ConfigurationError(std::string("bad command line (") + error.what() + "). See qke-decouple --help.");
}

}  // namespace

CommandLine parse_command_line(int argument_count, const char* const* arguments) {
  CommandLine line;
  line.as_typed = joined(argument_count, arguments);
  std::string threads, topic;
  bool check = false, print_config = false, version = false;

  CLI::App app("Neutrino decoupling in the early Universe from the quantum kinetic equations.",
               "qke-decouple");
  app.formatter(std::make_shared<UsageWithRequiredArgument>());
  app.set_help_flag();
  const auto* help =
      app.add_option("-h,--help", topic, "Print this help, or what a key or section is; \"all\": all keys")
          ->type_name("[KEY]")
          ->expected(0, 1);
  app.add_option("config", line.configuration, "Configuration (TOML)")->type_name("CONFIG.toml");
  const auto* output = app.add_option("-o,--output", line.output,
                                      "Output (HDF5); by default the configuration's name with .h5")
                           ->type_name("RUN.h5");
  app.add_option("--set", line.overrides, "Give a key another value; may be repeated")
      ->type_name("section.key=value")
      ->allow_extra_args(false);
  app.add_flag("--resume", line.resume, "Go on from an existing output; without one, start afresh");
  app.add_flag("--force", line.force, "Replace an existing output");
  app.add_option("--threads", threads, "Number of threads; by default as many as the process may use")
      ->type_name("N");
  app.add_flag("--json", line.json, "Print the summary as one line of JSON");
  app.add_flag("--quiet", line.quiet, "No progress on stderr");
  auto* check_flag = app.add_flag("--check", check, "Check the configuration and stop");
  app.add_flag("--print-config", print_config, "Print the complete configuration and stop")
      ->excludes(check_flag);
  const auto* stability =
      app.add_option("--stability", line.finished_run,
                     "Print how fast perturbations of a finished run grow, and stop (docs/stability.md)")
          ->type_name("RUN.h5");
  app.add_flag("--version", version, "Print the versions of the program and its libraries, and stop");

  // Before CLI11, which would find no place for the pieces and not say why.
  refuse_split_value(argument_count, arguments);
  try {
    app.parse(argument_count, arguments);
  } catch (const CLI::ParseError& error) {
    // --help answers on every command line, also on a wrong one.
    if (help->count() == 0) refuse(app, error, argument_count, arguments);
  }

  if (help->count() > 0) {
    refuse_words_beside_topic(app, topic, line.configuration);
    line.request = Request::help;
    line.help_text = help_text(app, topic);
    return line;
  }
  if (version) {
    line.request = Request::version;
    return line;
  }
  line.threads = threads.empty() ? default_threads() : parse_threads(threads);
  if (stability->count() > 0) {
    if (!line.configuration.empty()) {
      throw ConfigurationError("bad command line (no place for " + line.configuration.string() +
                               ", as --stability takes the configuration of the run). Leave it out.");
    }
    line.request = Request::stability;
    return line;
  }
  if (line.configuration.empty()) {
    throw ConfigurationError("no configuration is given (the command needs one). Try configs/standard.toml.");
  }
  if (check) line.request = Request::check;
  if (print_config) line.request = Request::print_config;
  if (output->count() == 0) line.output = line.configuration.stem().string() + ".h5";
  return line;
}

}  // namespace qke
