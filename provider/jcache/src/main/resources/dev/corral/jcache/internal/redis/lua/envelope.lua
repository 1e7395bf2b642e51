--[[
  The stored form of an entry, shared by the scripts that read or write one; Envelope.java is the same in Java.
  A header, big-endian: format version (1 byte), header length (1), flags (1), mark of a reload or 0 (1), generation (8),
  deadline in ms since the epoch or 0 for never (8), load duration in ms (4); then the bytes of the value.
  Flag 1: the source has no such key. Flag 2: a load is under way, and the bytes are its ticket. Neither is an entry.
  Flag 4: a writer is at work, so the entry may have to go soon, and is not to be kept near.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local HEADER, HEADER_LENGTH, FORMAT = '>BBBBI8I8I4', 24, 1
local FLAGS_OFFSET, MARK_OFFSET, DEADLINE_OFFSET = 2, 3, 12
local NO_FLAGS, NEGATIVE_FLAG, TICKET_FLAG, WRITING_FLAG = 0, 1, 2, 4
local ABSENT, EXPIRED, LIVE, NEGATIVE, STALE, LOADING = 0, 1, 2, 3, 4, 5

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

-- What stored bytes, or only their header, are; and the deadline. STALE is past it, but kept.
local function stateOf(stored, generation)
  if not stored or #stored < HEADER_LENGTH then
    return ABSENT, 0
  end
  local format, length, flags, reserved, written, deadline = struct.unpack(HEADER, stored)
  if format ~= FORMAT or written ~= generation then
    return ABSENT, 0
  end
  local past = deadline ~= 0 and deadline <= now
  return flags == TICKET_FLAG and LOADING or flags == NEGATIVE_FLAG and (past and ABSENT or NEGATIVE) or past and STALE or LIVE, deadline
end

-- The mark that a reload leaves in a standing entry, by its ticket; every write of the entry takes it away.
local function markOf(ticket)
  return (string.byte(ticket, 1) * 31 + (string.byte(ticket, 2) or 0)) % 255 + 1
end

local function valueOf(stored)
  return string.sub(stored, string.byte(stored, 2) + 1)
end

local function seal(flags, value, generation, deadline, loadMillis)
  return struct.pack(HEADER, FORMAT, HEADER_LENGTH, flags, 0, generation, deadline, loadMillis) .. value
end

-- Applies a deadline to what stands under the key, which is kept so much longer: 0 is never, the past is at once.
local function expireAt(key, deadline, retention)
  if deadline == 0 then
    redis.call('PERSIST', key)
  elseif deadline + retention <= now then
    redis.call('UNLINK', key)
  else
    redis.call('PEXPIREAT', key, decimal(deadline + retention))
  end
end
