--[[
  Puts values into entries of one bucket, whatever they hold: what apply.lua does for plain puts, in fewer steps. It
  leaves them to that if somebody listens to changes, or if something else than an entry has the name of one.

  KEYS    generation, interests, sequence, then the entries
  ARGV    time in ms to keep an entry beyond its deadline, times to live in ms on creation and on update (-1 never
          -2 keep), then the values, each with its length before it (4 bytes), in one
  Result  for each entry a digit: what was there before, by the numbers of apply.lua; an empty text if nothing was done
]]
local FIRST_ENTRY, NEVER, KEEP, SMALL = 4, -1, -2, 1024
if next(interestsOf(KEYS[2])) then return '' end
local retention, creation, update, values = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local generation = currentGeneration(KEYS[1])
local eternal = seal(NO_FLAGS, '', generation, 0, 0)
local forever, lasting, priors, position = {}, 0, {}, 1
local header, headerDue, headerMillis = '', -1, ''

-- The headers of what stands under the names: small values are read as a whole, and all at once. Nothing if one is no string.
local function standing()
  if #values <= (#KEYS - FIRST_ENTRY + 1) * SMALL then
    local found, missing = redis.call('MGET', unpack(KEYS, FIRST_ENTRY)), {}
    for i, stored in ipairs(found) do
      found[i] = stored and string.sub(stored, 1, HEADER_LENGTH) or ''
      if not stored then missing[#missing + 1] = KEYS[FIRST_ENTRY + i - 1] end
    end
    return (#missing == 0 or redis.call('EXISTS', unpack(missing)) == 0) and found
  end
  local found = {}
  for i = FIRST_ENTRY, #KEYS do
    local stored = redis.pcall('GETRANGE', KEYS[i], 0, HEADER_LENGTH - 1)
    if type(stored) == 'table' then return false end
    found[i - FIRST_ENTRY + 1] = stored
  end
  return found
end

-- Most entries of a call have the same deadline, so they have the same header.
local function putUntil(entry, value, due)
  if due ~= headerDue then
    header, headerDue, headerMillis = seal(NO_FLAGS, '', generation, due, 0), due, decimal(due + retention - now)
  end
  redis.call('SET', entry, header .. value, 'PX', headerMillis)
end

local found = standing()
if not found then return '' end
for i = FIRST_ENTRY, #KEYS do
  local entry = KEYS[i]
  local length = struct.unpack('>I4', values, position)
  local value = string.sub(values, position + 4, position + 3 + length)
  position = position + 4 + length
  local state, deadline = LIVE, 0
  if found[i - FIRST_ENTRY + 1] ~= eternal then
    state, deadline = stateOf(found[i - FIRST_ENTRY + 1], generation)
  end
  local millis = state == LIVE and update or creation
  local due = millis == NEVER and 0 or millis == KEEP and deadline or now + millis
  priors[i - FIRST_ENTRY + 1] = state
  if due == 0 then
    forever[lasting + 1], forever[lasting + 2] = entry, eternal .. value
    lasting = lasting + 2
  else
    putUntil(entry, value, due)
  end
  forget(entry)
end
if lasting > 0 then redis.call('MSET', unpack(forever)) end
tellNear(KEYS[3])
return table.concat(priors)
