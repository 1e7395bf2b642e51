--[[
  Sets a text unless one is stored. Replaces what cannot be such a text: a key of another type, or a
  text without the pattern. It writes only then, because Redis may refuse changes.

  KEYS    its name
  ARGV    the text, a pattern of Lua
  Result  the stored text
]]
local stored = redis.pcall('GET', KEYS[1])
if type(stored) == 'string' and string.find(stored, ARGV[2]) then return stored end
redis.call('SET', KEYS[1], ARGV[1])
return ARGV[1]
