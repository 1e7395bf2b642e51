--[[
  The stored form of an entry, shared by the scripts that read or write one; Envelope.java is the same in Java.
  A header, big-endian: format version (1 byte), header length (1), flags (1), reserved (1), generation (8),
  deadline in ms since the epoch or 0 for never (8), load duration in ms (4); then the bytes of the value.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local HEADER, HEADER_LENGTH, FORMAT = '>BBBBI8I8I4', 24, 1
local DEADLINE_OFFSET = 12

local function clock()
  local time = redis.call('TIME')
  return tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000), tonumber(time[1]) * 1000000 + tonumber(time[2])
end

local now, nowMicros = clock()

local function decimal(number)
  return string.format('%.0f', number)
end

-- The bucket's generation; one that is missing begins at the server's clock, above any that was before it.
local function currentGeneration(key)
  local generation = redis.call('GET', key)
  if not generation then
    generation = decimal(nowMicros)
    redis.call('SET', key, generation)
  end
  return tonumber(generation)
end

-- Whether stored bytes, or only their header, are a live entry of this generation; and the entry's deadline.
local function liveness(stored, generation)
  if not stored or #stored < HEADER_LENGTH then
    return false, 0
  end
  local format, length, flags, reserved, written, deadline = struct.unpack(HEADER, stored)
  return format == FORMAT and written == generation and (deadline == 0 or deadline > now), deadline
end

local function valueOf(stored)
  return string.sub(stored, string.byte(stored, 2) + 1)
end

local function seal(value, generation, deadline)
  return struct.pack(HEADER, FORMAT, HEADER_LENGTH, 0, 0, generation, deadline, 0) .. value
end

-- Applies a deadline to what stands under the key: 0 is never, the past is at once.
local function expireAt(key, deadline)
  if deadline == 0 then
    redis.call('PERSIST', key)
  elseif deadline <= now then
    redis.call('UNLINK', key)
  else
    redis.call('PEXPIREAT', key, decimal(deadline))
  end
end
