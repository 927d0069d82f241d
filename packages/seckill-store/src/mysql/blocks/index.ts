export { type Block, type BlockChange, block, liftBlock, listBlocks } from './blocks.js'
export { AddressesError, type BlockedSubject, rangeOf, subjectText } from './subject.js'
