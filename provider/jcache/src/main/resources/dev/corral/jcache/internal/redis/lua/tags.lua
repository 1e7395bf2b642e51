--[[
  Tags: groups of entries that are invalidated together; shared by scripts. TagTable.java is the
  same in Java.
  Each invalidation in a bucket has a number, a time in µs that is greater than all earlier ones.
  The sorted set `tags` has the number of the last invalidation of each tag that was ever
  invalidated; the string `tagged` has the last number of all. An entry has a stamp: the last number
  when its value was put, or when its load began. It is absent if one of its tags has a greater
  number. A tag is stored as the first 8 bytes of the SHA-256 of its text.
  When there are too many tags, the oldest ones are dropped. The member '' is the greatest number
  among them, and is the number of every tag that is not in the set.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local STAMPED, STAMP_POSITION, TAGS_POSITION, TAG_LENGTH, OTHERS = 3, 25, 33, 8, ''
local tagged, tags, lastNumber

-- Names the keys, for a script that reads or writes entries with tags.
local function useTags(taggedKey, tagsKey)
  tagged, tags = taggedKey, tagsKey
end

-- Forgets which tags were invalidated: from now on all of them are, after a number.
local function beginAnew(number)
  lastNumber = math.max(number + 1, nowMicros)
  redis.call('UNLINK', tags)
  redis.call('ZADD', tags, decimal(lastNumber), OTHERS)
  redis.call('SET', tagged, decimal(lastNumber))
end

-- The number of the last invalidation. If a key is missing or damaged, or Redis lost a part, it is
-- unknown which tags were invalidated, so all of them are.
local function lastInvalidation()
  if lastNumber then return lastNumber end
  lastNumber = numberAt(tagged)
  local newest = redis.pcall('ZRANGE', tags, 0, 0, 'REV', 'WITHSCORES')
  if not lastNumber or tonumber(newest[2] or 0) ~= lastNumber then beginAnew(lastNumber or 0) end
  return lastNumber
end

-- The stamp of stored bytes; nil if they have none.
local function stampOf(stored)
  local isStamped = string.byte(stored, 1) == STAMPED and #stored >= TAGS_POSITION - 1
  return isStamped and struct.unpack('>I8', stored, STAMP_POSITION) or nil
end

local function isNewer(tag, stamp)
  return tonumber(redis.call('ZSCORE', tags, tag) or 0) > stamp
end

-- Whether a tag of stored bytes was invalidated after their stamp. Their header is sufficient.
local function isInvalidated(stored)
  local stamp, length = stampOf(stored), string.byte(stored, 2)
  if not tagged or not stamp or length < TAGS_POSITION or stamp >= lastInvalidation() then
    return false
  end
  if isNewer(OTHERS, stamp) then return true end
  for position = TAGS_POSITION, length, TAG_LENGTH do
    local tag = string.sub(stored, position, position + TAG_LENGTH - 1)
    if isNewer(tag, stamp) then return true end
  end
  return false
end
