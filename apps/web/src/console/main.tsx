import './console.css'
import { show } from '../ui/show.js'
import { Console } from './console.js'

show(<Console />, 'en')
