// What employees do on their phones, and the webhook events that follow from it.
#pragma once
#include <stdexcept>
#include <string>

#include "tests/line_simulator/phone.h"
#include "tests/line_simulator/webhooks.h"
#include "tests/line_simulator/world.h"

namespace careline::simulator {

/// A wish that cannot be fulfilled; the status goes to the caller of the control API.
struct Refusal : std::runtime_error {
  Refusal(int code, const std::string& why) : std::runtime_error(why), status(code) {}
  int status;
};

/// Who does something where, and with which options (the JSON body of the control call).
struct Deed {
  World& world;
  Webhooks& webhooks;
  Employee& employee;
  std::string chat;  // the employee's own id in the one-to-one chat
  const Json& options;
};

/// Does one of: text, sticker, image, video, audio, file, location, postback, press, unsend, edit, follow,
/// block, unblock. Gives what the control API answers; throws Refusal. Needs the lock.
Json act(const Deed& deed, const std::string& verb);

/// An event of this type with its common properties; a reply token is made when `repliable`. Needs the lock.
enum class Repliable { kYes, kNo };
Json make_event(World& world, const std::string& type, const std::string& chat, const std::string& employee,
                Repliable repliable);
/// Applies options.event (a merge patch), registers the reply token and hands the event to the webhook.
Json send_event(World& world, Webhooks& webhooks, Json event, const std::string& chat, const Json& options);

/// Finds what to press and presses it: {"label"} or {"quickReply": n} or {"button": n} or {"richMenu": n},
/// from 1.
Json press(const Deed& deed);

/// Puts a message of this type into the chat and sends its event. `fields` are the type's own properties.
Json say(const Deed& deed, const std::string& type, Json fields);
/// Sends a postback event.
Json post_back(const Deed& deed, const std::string& data, const Json& params);

}  // namespace careline::simulator
