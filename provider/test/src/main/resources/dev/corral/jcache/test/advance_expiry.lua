--[[
  Makes what one key of a cache stores expire earlier, as if time had passed.

  KEYS    a key of Corral: an entry, the expiry index, or the number of the last invalidation; all
          other keys remain as they are
  ARGV    how many ms
  Result  none
]]
local key, millis = KEYS[1], tonumber(ARGV[1])
local PLAIN, STAMPED, HEADER_BYTES, MAX_HEADER_BYTES, LOAD_TICKET = 2, 3, 24, 264, 2
local DEADLINE, ALL = 12, -1
local kind = redis.call('TYPE', key).ok

local function endsWith(name)
  return string.sub(key, -#name) == name
end

local function decimal(number)
  return string.format('%.0f', number)
end

-- When the value was stored, which follows the header if it is recorded.
local function advanceDetails(header)
  local first = header:byte(2) + 1
  if header:byte(1) ~= STAMPED or #header < first + 9 then return end
  if struct.unpack('>I2', header, first) < 8 then return end
  local stored = struct.unpack('>I8', header, first + 2)
  redis.call('SETRANGE', key, first + 1, struct.pack('>I8', math.max(1, stored - millis)))
end

-- An entry or a remembered miss: its deadline, and its TTL, which may be longer.
local function advanceEntry()
  local header = redis.call('GETRANGE', key, 0, MAX_HEADER_BYTES - 1)
  local version = header:byte(1)
  local isKnown = version == PLAIN or version == STAMPED
  if #header < HEADER_BYTES or not isKnown or header:byte(3) == LOAD_TICKET then return end
  advanceDetails(header)
  local deadline = struct.unpack('>I8', header, DEADLINE + 1)
  if deadline == 0 then return end
  redis.call('SETRANGE', key, DEADLINE, struct.pack('>I8', math.max(1, deadline - millis)))
  local left = redis.call('PTTL', key)
  if left >= 0 then redis.call('PEXPIRE', key, left - millis) end
end

local function advanceIndex()
  local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
  for i = 1, #members, 2 do
    redis.call('ZADD', key, decimal(tonumber(members[i + 1]) - millis), members[i])
  end
end

-- Near caches of all JVMs discard the entries of the bucket.
local function invalidateAll()
  local time = redis.call('TIME')
  local before = tonumber(redis.call('GET', key)) or 0
  local number = math.max(before + 1, time[1] * 1000000 + time[2])
  local message = struct.pack('>BI8I8i4', 1, before, number, ALL)
  redis.call('SET', key, decimal(number))
  redis.call('PUBLISH', key, message)
  redis.pcall('SPUBLISH', key, message)
end

if kind == 'string' and endsWith('}!near') then
  invalidateAll()
elseif kind == 'zset' and endsWith('}!expiry-index') then
  advanceIndex()
elseif kind == 'string' and string.find(key, '^{[^}]*}:') then
  advanceEntry()
end
