module.exports = ({ name, ...rest }) => (name === '' ? null : { ...rest, name: name.toUpperCase() });
