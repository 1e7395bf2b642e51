--[[
  Who listens to changes; and tells the JVMs that keep entries near which ones changed. Shared by scripts.
  Every message has the number of the one before it, so that a lost one is noticed; the channel has the name of the key
  of the numbers. They are times in µs, so that none occurs twice, even if Redis forgets the last ones.
  A message, big-endian: format version (1 byte), number of the message before it, or 0 if there is none (8), its own
  number (8), how many keys it has, or -1 for all entries of the bucket (4), and each key with its length (4).

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
local ALL, nearIsHeard, changed = -1, false, {}
-- The kinds of leases of those who keep entries near, and how each is told. Sharded channels stay on a cluster's node.
local TELL, heardBy = {near = 'PUBLISH', nearSharded = 'SPUBLISH'}, {}

local function text(bytes)
  return bytes and struct.pack('>i4', #bytes) .. bytes or struct.pack('>i4', -1)
end

-- The text of a key within its Redis key: what follows the hash tag and the colon.
local function textOf(entry)
  return string.sub(entry, string.find(entry, '}', 1, true) + 2)
end

-- Somebody keeps entries near until this lease ends, in ms; or nobody does.
local function hearNearAs(kind, lease)
  heardBy[kind] = tonumber(lease or 0) > now
  nearIsHeard = nearIsHeard or heardBy[kind]
end

local function hearNear(interests)
  local leases = redis.call('HMGET', interests, 'near', 'nearSharded')
  hearNearAs('near', leases[1])
  hearNearAs('nearSharded', leases[2])
end

-- Who listens: kind → the time in ms at which the last lease on it ends. Empty, and one cheap command, for nobody.
local function interestsOf(key)
  local leases, interests = redis.call('HGETALL', key), {}
  for i = 1, #leases, 2 do
    if TELL[leases[i]] then
      hearNearAs(leases[i], leases[i + 1])
    elseif tonumber(leases[i + 1]) > now then
      interests[leases[i]] = true
    end
  end
  return interests
end

-- Somebody else wants to hear what becomes of entries, so there is more to do for a put than to put them.
local function isHeard(interests)
  return next(interestsOf(interests)) ~= nil
end

-- An entry is not what it was.
local function forget(entry)
  if nearIsHeard then changed[#changed + 1] = text(textOf(entry)) end
end

-- Tells of all that is to be forgotten, in one message; gives its number.
local function publishNear(sequence, all)
  local before = tonumber(redis.call('GET', sequence) or 0)
  local number = math.max(before + 1, nowMicros)
  redis.call('SET', sequence, decimal(number))
  local header = struct.pack('>BI8I8i4', 1, before, number, all and ALL or #changed)
  local message = header .. (all and '' or table.concat(changed))
  for kind, heard in pairs(heardBy) do
    if heard then redis.call(TELL[kind], sequence, message) end
  end
  return number
end

local function tellNear(sequence)
  if #changed > 0 then publishNear(sequence) end
end

-- None of the entries that the keys from a position on name is what it was.
local function tellNearFrom(position, sequence)
  for i = position, nearIsHeard and #KEYS or 0 do forget(KEYS[i]) end
  tellNear(sequence)
end
