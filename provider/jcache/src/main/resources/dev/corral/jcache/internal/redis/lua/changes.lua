--[[
  Tells the other JVMs what changed, if any of them listens, and keeps what EXPIRED events need; shared by scripts.
  A message: format version (1 byte), kind (1), node, ticket (8 bytes), key, value, old value; each text with its length.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local KINDS = {created = 1, updated = 2, removed = 3, expired = 4}

local function publish(channel, kind, node, ticket, key, value, old)
  redis.call('PUBLISH', channel,
    struct.pack('>BB', 1, KINDS[kind]) .. text(node) .. struct.pack('>I8', ticket) .. text(key) .. text(value) .. text(old))
end

local function beside(entry, what)
  local brace = string.find(entry, '}', 1, true)
  return string.sub(entry, 1, brace) .. what .. string.sub(entry, brace + 2)
end

-- The mark of a writer that is at work on the entry's key.
local function writingOf(entry) return beside(entry, '!writing:') end

-- The database has the change already, but by now another one may as well: the cache has to forget both.
local function withdraw(entry, fence)
  if redis.call('GET', writingOf(entry)) == fence then redis.call('UNLINK', writingOf(entry)) end
  redis.call('UNLINK', entry)
  forget(entry)
end

-- Remembers an entry that will expire, for the sweeper; or forgets it.
local function watch(deadlines, shadows, key, deadline, value)
  if deadline ~= 0 then
    redis.call('ZADD', deadlines, decimal(deadline), key)
    redis.call('HSET', shadows, key, value)
  else
    redis.call('ZREM', deadlines, key)
    redis.call('HDEL', shadows, key)
  end
end

-- The value of an entry that expired and was not swept yet; it is forgotten here, so it is told only once.
local function takeExpired(deadlines, shadows, key)
  local deadline = redis.call('ZSCORE', deadlines, key)
  if not deadline or tonumber(deadline) > now then
    return nil
  end
  local value = redis.call('HGET', shadows, key)
  watch(deadlines, shadows, key, 0, nil)
  return value or nil
end
