--[[
  The stored form of an entry, shared by the scripts that read or write one; Envelope.java is the
  same in Java. A header, big-endian: format version (1 byte), header length (1), flags (1), reload
  mark or 0 (1), generation (8), deadline in ms since the epoch or 0 for never (8), load duration in
  ms (4); then the bytes of the value. Flag 1: a negative entry, since the loader has no value for
  the key. Flag 2: a load is running, and the bytes are its ticket. Neither is an entry. Flag 4: a
  writer has fenced the entry, so it may be removed soon, and no near cache keeps it. Format 2 has
  no more; format 3 has a stamp (8) and the tags (8 each) at the end of the header, see tags.lua.
  After its header are the length of the details (2) and, if they are not empty, when the value was
  stored or confirmed in ms (8), and the details as the JVM wrote them (StoredDetails.java). In
  every format, the generation is at the same place, so that a clear applies to all of them.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local HEADER, HEADER_LENGTH, MAX_HEADER_LENGTH, FORMAT = '>BBBBI8I8I4', 24, 255, 2
local FLAGS_OFFSET, MARK_OFFSET, DEADLINE_OFFSET = 2, 3, 12
local NO_FLAGS, NEGATIVE_FLAG, TICKET_FLAG, FENCED_FLAG = 0, 1, 2, 4
local ABSENT, EXPIRED, LIVE, NEGATIVE, STALE, LOADING, UNREADABLE = 0, 1, 2, 3, 4, 5, 6

-- The bucket's generation. A missing or damaged one starts at the server's clock, above all earlier
-- ones.
local function currentGeneration(key)
  local generation = numberAt(key)
  if not generation then
    generation = nowMicros
    redis.call('SET', key, decimal(generation))
  end
  return generation
end

-- The state of stored bytes, or of their header alone, and the deadline. STALE: past it, but kept.
-- UNREADABLE: an entry in another format, or the error that Redis gives for a key of another type.
local function stateOf(stored, generation)
  if type(stored) == 'table' then return UNREADABLE, 0 end
  if not stored or #stored < HEADER_LENGTH then return ABSENT, 0 end
  local format, length, flags, mark, written, deadline = struct.unpack(HEADER, stored)
  if written ~= generation then return ABSENT, 0 end
  local known = format == FORMAT or format == STAMPED
  if not known or length < HEADER_LENGTH then return UNREADABLE, 0 end
  if format == STAMPED and isInvalidated(stored) then return ABSENT, 0 end
  local past = deadline ~= 0 and deadline <= now
  if flags == TICKET_FLAG then return LOADING, deadline end
  if flags == NEGATIVE_FLAG then return past and ABSENT or NEGATIVE, deadline end
  return past and STALE or LIVE, deadline
end

-- The header of an entry, maybe with a part of its value; or the error for a key of another type.
local function headerOf(entry)
  return redis.pcall('GETRANGE', entry, 0, MAX_HEADER_LENGTH - 1)
end

-- The mark that a reload leaves in an entry, from its ticket; every write of the entry removes it.
-- Greater marks are those of verifications, which no reload of this release takes for its own.
local MAX_RELOAD_MARK = 239
local function markOf(ticket)
  local sum = string.byte(ticket, 1) * 31 + (string.byte(ticket, 2) or 0)
  return sum % MAX_RELOAD_MARK + 1
end

-- Where the value begins; `stored` may be a header alone.
local function valuePosition(stored)
  local first = string.byte(stored, 2) + 1
  local hasDetails = string.byte(stored, 1) == STAMPED and #stored > first
  return hasDetails and first + 2 + struct.unpack('>I2', stored, first) or first
end

local function valueOf(stored)
  return string.sub(stored, valuePosition(stored))
end

local function seal(flags, value, generation, deadline, loadMillis)
  return struct.pack(HEADER, FORMAT, HEADER_LENGTH, flags, 0, generation, deadline, loadMillis)
    .. value
end

-- The same with a stamp, tags and details.
local function sealStamped(stamp, ofEntry, details, flags, value, generation, deadline, loadMillis)
  local length = TAGS_POSITION - 1 + #ofEntry
  local dated = #details > 0 and struct.pack('>I8', now) .. details or ''
  return struct.pack(HEADER, STAMPED, length, flags, 0, generation, deadline, loadMillis)
    .. struct.pack('>I8', stamp) .. ofEntry .. struct.pack('>I2', #dated) .. dated .. value
end

-- Makes a key expire at its deadline plus the retention: 0 is never, the past is at once.
local function expireAt(key, deadline, retention)
  if deadline == 0 then
    redis.call('PERSIST', key)
  elseif deadline + retention <= now then
    redis.call('UNLINK', key)
  else
    redis.call('PEXPIREAT', key, decimal(deadline + retention))
  end
end
