--[[
  Decides operations on entries of one bucket and commits them; EntryOperation.choose is the same decision in Java.

  KEYS    generation, interests, deadlines, shadows, then the entries
  ARGV    channel, node, ticket of the first entry; then for each entry:
          when (always absent present holds), expected, then (nothing touch put remove discard), otherwise (the same,
          or changed: report an entry that does not meet; or compare: report it only if it is live), value,
          wants (1: the previous value), and times to live in ms on creation, update, access: -1 never -2 keep -3 ask
  Result  for each entry {status, prior (0 absent 1 expired 2 live), effect (0 none 1 created 2 updated 3 removed
          4 born expired), previous value, published (1: under its ticket)}; status is 'done', or, with nothing changed,
          'differ' (with the previous value) or 'ask' (effect is 1 creation 2 update 3 access)
]]
local channel, node, firstTicket = ARGV[1], ARGV[2], tonumber(ARGV[3])
local generation, interests = currentGeneration(KEYS[1]), interestsOf(KEYS[2])
local deadlines, shadows = KEYS[3], KEYS[4]
local FIRST_ENTRY, FIRST_FIELD, FIELDS = 5, 4, 9
local NEVER, KEEP, ASK = -1, -2, -3
local ABSENT, EXPIRED, LIVE = 0, 1, 2
local CREATION, UPDATE, ACCESS = 1, 2, 3
local EVENTS = {'created', 'updated', 'removed', 'expired'}

local function apply(entry, ticket, when, expected, consequence, otherwise, value, wants, creation, update, access)
  local needsValue = wants == '1' or when == 'holds' or next(interests) ~= nil
  local stored = needsValue and redis.call('GET', entry) or redis.call('GETRANGE', entry, 0, HEADER_LENGTH - 1)
  local live, deadline = liveness(stored, generation)
  local previous = live and needsValue and valueOf(stored) or false
  local meets = when == 'always' or when == 'absent' and not live or when == 'present' and live
    or when == 'holds' and live and previous == expected
  local chosen = meets and consequence or otherwise
  if chosen == 'changed' or chosen == 'compare' and live then return {'differ', live and LIVE or ABSENT, NONE, previous, 0} end
  if not live and (chosen == 'touch' or chosen == 'compare') then chosen = 'nothing' end

  local occasion = chosen == 'touch' and ACCESS or chosen == 'put' and (live and UPDATE or CREATION) or nil
  local millis = tonumber(({creation, update, access})[occasion] or KEEP)
  if millis == ASK then return {'ask', live and LIVE or ABSENT, occasion, wants == '1' and previous, 0} end
  if chosen == 'touch' and millis == KEEP then chosen = 'nothing' end
  local due = millis == NEVER and 0 or millis == KEEP and (live and deadline or 0) or now + millis

  local key = next(interests) and textOf(entry)
  local gone = interests.expired and not live and takeExpired(deadlines, shadows, key)
  local effect, deadlineNow = commit(entry, chosen, live, value, generation, due)
  if interests.expired and chosen ~= 'nothing' and effect ~= BORN_EXPIRED then
    watch(deadlines, shadows, key, deadlineNow, chosen == 'put' and value or previous)
  end
  local event = EVENTS[effect]
  local tells = event and interests[event]
  if gone then publish(channel, 'expired', node, tells and 0 or ticket, key, nil, gone) end
  if tells then
    local old = effect == BORN_EXPIRED and value or (effect == REMOVED or interests.old) and previous or nil
    publish(channel, event, node, ticket, key, (effect == CREATED or effect == UPDATED) and value or nil, old)
  end
  return {'done', live and LIVE or gone and EXPIRED or ABSENT, effect, wants == '1' and previous, (tells or gone) and 1 or 0}
end

local results = {}
for i = FIRST_ENTRY, #KEYS do
  local field = FIRST_FIELD + (i - FIRST_ENTRY) * FIELDS
  results[#results + 1] = apply(KEYS[i], firstTicket + i - FIRST_ENTRY, unpack(ARGV, field, field + FIELDS - 1))
end
return results
