--[[
  Puts values into entries of one bucket, whatever they hold: what apply.lua does for plain puts, in
  fewer steps. It reads the entries only if their times to live on creation and on update differ. It
  leaves the work to apply.lua if a JVM subscribes to events, or if the name of an entry holds no
  string.

  KEYS    generation, subscriptions, sequence of invalidations, then the entries
  ARGV    time in ms to keep an entry beyond its deadline
          times to live in ms on creation and on update: -1 never, -2 unchanged
          the values in one text, each with its length before it (4 bytes)
  Result  1; 0 if nothing was done
]]
local FIRST_ENTRY, NEVER, UNCHANGED, SMALL = 4, -1, -2, 1024
if hasEventSubscribers(KEYS[2]) then return 0 end
local retention, creation, update = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local generation = currentGeneration(KEYS[1])
local eternal = seal(NO_FLAGS, '', generation, 0, 0)

local function valuesOfEntries()
  local format = '>' .. string.rep('I4c0', #KEYS - FIRST_ENTRY + 1)
  local values = {struct.unpack(format, ARGV[4])}
  values[#values] = nil -- a position
  return values
end

local function large(values)
  return #ARGV[4] > #values * SMALL
end

-- The headers of the entries; nil if a name holds no string. Small values are read whole, at once.
local function currentHeaders(values)
  local headers, missing = {}, {}
  if large(values) then
    for i = 1, #values do
      headers[i] = headerOf(KEYS[FIRST_ENTRY + i - 1])
      if type(headers[i]) == 'table' then return nil end
    end
    return headers
  end
  for i, stored in ipairs(redis.call('MGET', unpack(KEYS, FIRST_ENTRY))) do
    headers[i] = stored and string.sub(stored, 1, HEADER_LENGTH) or ''
    if not stored then missing[#missing + 1] = KEYS[FIRST_ENTRY + i - 1] end
  end
  return (#missing == 0 or redis.call('EXISTS', unpack(missing)) == 0) and headers or nil
end

-- The deadline of a value that replaces what has this header; 0 for never.
local function deadlineOver(header)
  local state, deadline = LIVE, 0
  if header ~= eternal then state, deadline = stateOf(header, generation) end
  local millis = state == LIVE and update or creation
  if millis == NEVER then return 0 end
  return millis == UNCHANGED and deadline or now + millis
end

local values, headers = valuesOfEntries(), nil
if creation ~= update then
  headers = currentHeaders(values)
  if not headers then return 0 end
end
local function deadlineOf(i)
  if headers then return deadlineOver(headers[i]) end
  return now + creation
end

-- Most entries of a call have the same deadline, so they share the header and the time to live.
local forever, header, sharedDeadline, millis = {}, '', -1, ''
for i, value in ipairs(values) do
  local entry, deadline = KEYS[FIRST_ENTRY + i - 1], deadlineOf(i)
  if deadline == 0 then
    forever[#forever + 1], forever[#forever + 2] = entry, eternal .. value
  else
    if deadline ~= sharedDeadline then
      header, sharedDeadline = seal(NO_FLAGS, '', generation, deadline, 0), deadline
      millis = decimal(deadline + retention - now)
    end
    redis.call('SET', entry, header .. value, 'PX', millis)
  end
end
if #forever > 0 then redis.call('MSET', unpack(forever)) end
invalidateFrom(FIRST_ENTRY, KEYS[3])
return 1
