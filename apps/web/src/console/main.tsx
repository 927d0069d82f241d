import { firstLanguage } from '../ui/language.js'
import { show } from '../ui/show.js'
import { Console } from './console.js'

show(<Console />, firstLanguage())
