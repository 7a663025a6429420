# careline_embed(target room globs…): the target carries these files; "<room>/embedded.h" reads them by their path.
function(careline_embed target room)
  set(files)
  foreach(glob IN LISTS ARGN)
    file(GLOB found CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${glob})
    list(APPEND files ${found})
  endforeach()
  list(SORT files)
  set(out ${CMAKE_BINARY_DIR}/generated/${room})
  set(data ".section .rodata\n")
  set(externs "")
  set(table "")
  set(i 0)
  foreach(file IN LISTS files)
    file(RELATIVE_PATH name ${CMAKE_SOURCE_DIR} ${file})
    set(symbol careline_${room}_file_${i})
    string(APPEND data ".global ${symbol}\n.global ${symbol}_end\n${symbol}:\n.incbin \"${file}\"\n${symbol}_end:\n.byte 0\n")
    string(APPEND externs "extern \"C\" const char ${symbol}[], ${symbol}_end[];\n")
    string(APPEND table "    {\"${name}\", {${symbol}, static_cast<std::size_t>(${symbol}_end - ${symbol})}},\n")
    math(EXPR i "${i} + 1")
  endforeach()
  string(APPEND data ".section .note.GNU-stack,\"\",@progbits\n")
  file(CONFIGURE OUTPUT ${out}/embedded.S CONTENT "${data}" @ONLY)
  file(CONFIGURE OUTPUT ${out}/embedded.h CONTENT "// Generated: the files that this room carries, by their path, in order.
#pragma once
#include <string_view>
#include <utility>
#include <vector>
namespace careline::${room} {
const std::vector<std::pair<std::string_view, std::string_view>>& embedded();
}
" @ONLY)
  file(CONFIGURE OUTPUT ${out}/embedded.cpp CONTENT "#include \"${room}/embedded.h\"
${externs}
const std::vector<std::pair<std::string_view, std::string_view>>& careline::${room}::embedded() {
  static const std::vector<std::pair<std::string_view, std::string_view>> files = {
${table}  };
  return files;
}
" @ONLY)
  set_source_files_properties(${out}/embedded.S PROPERTIES OBJECT_DEPENDS "${files}")
  target_sources(${target} PRIVATE ${out}/embedded.S ${out}/embedded.cpp)
endfunction()
