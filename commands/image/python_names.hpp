// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace davit::commands::image {

/// The names that a Python file gives a value when it is imported (docs.python.org/3/reference/executionmodel.html, "Binding of names"), as
/// far as its text tells.
struct ModuleNames {
  std::set<std::string> names;
  bool is_open = false;  ///< more names may come at run time: `import *`, __getattr__, globals(), exec, setattr
};

/// Reads module code: definitions, assignments and imports, also those in an `if`, `try`, `with` or loop, and never what is inside of a
/// function or a class. Errs towards too many names, and never fails.
ModuleNames module_names(std::string_view source);

}  // namespace davit::commands::image
