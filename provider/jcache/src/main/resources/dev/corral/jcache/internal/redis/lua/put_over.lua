--[[
  Puts values into entries of one bucket, whatever they hold: what apply.lua does for plain puts, in fewer steps. It
  looks at what stands there, since the times to live on creation and on update differ. It leaves it to apply.lua if
  somebody listens to changes, or if something else than an entry has the name of one.

  KEYS, ARGV  those of puts.lua
  Result      1; 0 if nothing was done
]]
local SMALL = 1024
if isHeard(KEYS[2]) then return 0 end
local generation, values = currentGeneration(KEYS[1]), valuesOfEntries()
local eternal = seal(NO_FLAGS, '', generation, 0, 0)
local forever, header, headerDue, headerMillis = {}, '', -1, ''

-- The headers of what stands under the names: small values are read as a whole, and all at once. Nothing if one is no string.
local function standing()
  local missing, found = {}, {}
  if #ARGV[4] > #values * SMALL then
    for i = 1, #values do
      found[i] = redis.pcall('GETRANGE', KEYS[FIRST_ENTRY + i - 1], 0, HEADER_LENGTH - 1)
      if type(found[i]) == 'table' then return false end
    end
    return found
  end
  for i, stored in ipairs(redis.call('MGET', unpack(KEYS, FIRST_ENTRY))) do
    found[i] = stored and string.sub(stored, 1, HEADER_LENGTH) or ''
    if not stored then missing[#missing + 1] = KEYS[FIRST_ENTRY + i - 1] end
  end
  return (#missing == 0 or redis.call('EXISTS', unpack(missing)) == 0) and found
end

-- Until when a value lives that is put where this stands; 0 for ever.
local function dueOver(stored)
  local state, deadline = LIVE, 0
  if stored ~= eternal then state, deadline = stateOf(stored, generation) end
  local millis = state == LIVE and update or creation
  return millis == NEVER and 0 or millis == KEEP and deadline or now + millis
end

-- Most entries of a call have the same deadline, so they have the same header.
local function putUntil(entry, value, due)
  if due ~= headerDue then
    header, headerDue, headerMillis = seal(NO_FLAGS, '', generation, due, 0), due, decimal(due + retention - now)
  end
  redis.call('SET', entry, header .. value, 'PX', headerMillis)
end

local found = standing()
if not found then return 0 end
for i, value in ipairs(values) do
  local entry, due = KEYS[FIRST_ENTRY + i - 1], dueOver(found[i])
  if due == 0 then
    forever[#forever + 1] = entry
    forever[#forever + 1] = eternal .. value
  else
    putUntil(entry, value, due)
  end
end
if #forever > 0 then redis.call('MSET', unpack(forever)) end
tellNearFrom(FIRST_ENTRY, KEYS[3])
return 1
