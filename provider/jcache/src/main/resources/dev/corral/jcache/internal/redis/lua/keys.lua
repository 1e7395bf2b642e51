--[[
  The names of Redis keys, as KeySpace.java builds them; shared by scripts.

  KEYS, ARGV  none: these are functions for the script that follows
  Result      none
]]
-- The text of a key within the name of its entry: what follows the hash tag and the colon.
local function textOf(entry)
  return string.sub(entry, string.find(entry, '}', 1, true) + 2)
end

-- The Redis key of something else that belongs to an entry's key, such as its fence.
local function beside(entry, what)
  local brace = string.find(entry, '}', 1, true)
  return string.sub(entry, 1, brace) .. what .. string.sub(entry, brace + 2)
end

-- The write fence of the entry's key.
local function fenceOf(entry)
  return beside(entry, '!writing:')
end

-- Whether a write fence of the entry's key is this one. A key of another type is another one.
local function hasFence(entry, fence)
  return redis.pcall('GET', fenceOf(entry)) == fence
end

-- The lock of the entry's key.
local function lockOf(entry)
  return beside(entry, '!lock:')
end

-- A text with its length before it; -1 for nil.
local function withLength(bytes)
  return bytes and struct.pack('>i4', #bytes) .. bytes or struct.pack('>i4', -1)
end
